using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Reconciler.StartupProfile;

/// <summary>Writes a type of another assembly's signature as the profile's own. The codes are those of ECMA-335, II.23.1.16.</summary>
internal sealed class SignatureCopier(ProfileReferences references) : ISignatureTypeProvider<Action<BlobBuilder>, object?>
{
    /// <summary>A method's signature (ECMA-335, II.23.2.1).</summary>
    public static void Write(BlobBuilder blob, MethodSignature<Action<BlobBuilder>> signature, int genericParameters)
    {
        blob.WriteByte(signature.Header.RawValue);
        if (genericParameters > 0) blob.WriteCompressedInteger(genericParameters);
        blob.WriteCompressedInteger(signature.ParameterTypes.Length);
        signature.ReturnType(blob);
        foreach (var parameter in signature.ParameterTypes) parameter(blob);
    }

    public Action<BlobBuilder> GetPrimitiveType(PrimitiveTypeCode typeCode) => blob => blob.WriteByte((byte)typeCode);

    public Action<BlobBuilder> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Named(references.Reference(new Definition(reader, handle)), rawTypeKind);

    public Action<BlobBuilder> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
        Named(references.Reference(reader, handle), rawTypeKind);

    public Action<BlobBuilder> GetSZArrayType(Action<BlobBuilder> elementType) => Prefixed(0x1d, elementType);

    public Action<BlobBuilder> GetByReferenceType(Action<BlobBuilder> elementType) => Prefixed(0x10, elementType);

    public Action<BlobBuilder> GetPointerType(Action<BlobBuilder> elementType) => Prefixed(0x0f, elementType);

    public Action<BlobBuilder> GetPinnedType(Action<BlobBuilder> elementType) => Prefixed(0x45, elementType);

    public Action<BlobBuilder> GetGenericMethodParameter(object? genericContext, int index) => Numbered(0x1e, index);

    public Action<BlobBuilder> GetGenericTypeParameter(object? genericContext, int index) => Numbered(0x13, index);

    public Action<BlobBuilder> GetGenericInstantiation(Action<BlobBuilder> genericType, ImmutableArray<Action<BlobBuilder>> typeArguments) => blob =>
    {
        blob.WriteByte(0x15);
        genericType(blob);
        blob.WriteCompressedInteger(typeArguments.Length);
        foreach (var argument in typeArguments) argument(blob);
    };

    public Action<BlobBuilder> GetArrayType(Action<BlobBuilder> elementType, ArrayShape shape) => blob =>
    {
        blob.WriteByte(0x14);
        elementType(blob);
        blob.WriteCompressedInteger(shape.Rank);
        blob.WriteCompressedInteger(shape.Sizes.Length);
        foreach (var size in shape.Sizes) blob.WriteCompressedInteger(size);
        blob.WriteCompressedInteger(shape.LowerBounds.Length);
        foreach (var bound in shape.LowerBounds) blob.WriteCompressedSignedInteger(bound);
    };

    public Action<BlobBuilder> GetModifiedType(Action<BlobBuilder> modifier, Action<BlobBuilder> unmodifiedType, bool isRequired) => blob =>
    {
        // A modifier is a coded index alone, without the kind of type before it.
        var alone = new BlobBuilder();
        modifier(alone);
        blob.WriteByte(isRequired ? (byte)0x1f : (byte)0x20);
        blob.WriteBytes(alone.ToArray().AsSpan(1).ToArray());
        unmodifiedType(blob);
    };

    public Action<BlobBuilder> GetFunctionPointerType(MethodSignature<Action<BlobBuilder>> signature) => blob =>
    {
        blob.WriteByte(0x1b);
        Write(blob, signature, genericParameters: 0);
    };

    public Action<BlobBuilder> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static Action<BlobBuilder> Prefixed(byte prefix, Action<BlobBuilder> type) => blob =>
    {
        blob.WriteByte(prefix);
        type(blob);
    };

    private static Action<BlobBuilder> Numbered(byte kind, int index) => blob =>
    {
        blob.WriteByte(kind);
        blob.WriteCompressedInteger(index);
    };

    private static Action<BlobBuilder> Named(EntityHandle handle, byte kind) => blob =>
    {
        blob.WriteByte(kind is 0 ? (byte)0x12 : kind);
        blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(handle));
    };
}
