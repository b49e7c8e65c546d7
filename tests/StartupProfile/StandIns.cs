using System.Reflection;
using System.Reflection.Metadata;

namespace Reconciler.StartupProfile;

/// <summary>
/// Types in the place of <c>System.__Canon</c>, under which the JIT compiles a generic's one code for all classes. The compiler makes that same code for any of
/// them, and does not follow the name itself where it is an argument of an argument, as in the boxes of generic async methods.
/// </summary>
/// <param name="assemblies">Where they are sought.</param>
internal sealed class StandIns(Assemblies assemblies)
{
    private const string Canonical = "System.__Canon";
    private static readonly JitType Anything = new("System.Object", []);

    /// <summary>Classes that can be made, by what they are: themselves, their bases, their interfaces.</summary>
    private readonly ILookup<string, string> _classes = assemblies.All
        .Where(pair => IsClass(pair.Value))
        .SelectMany(pair => RolesOf(pair.Value).Prepend(pair.Key).Select(role => (Role: role, Class: pair.Key)))
        .OrderBy(pair => pair.Class, StringComparer.Ordinal)
        .ToLookup(pair => pair.Role, pair => pair.Class, StringComparer.Ordinal);

    /// <summary>The type with classes for its own arguments and theirs; where none fits, what was there.</summary>
    public JitType In(JitType type) => type.Name is not "[]" && assemblies.Find(type.Name) is { } definition && definition.Arity == type.Arguments.Count
        ? type with { Arguments = In(type.Arguments, definition.Reader, definition.Type.GetGenericParameters()) }
        : type with { Arguments = [.. type.Arguments.Select(In)] };

    /// <inheritdoc cref="In(JitType)"/>
    public IReadOnlyList<JitType> In(IReadOnlyList<JitType> arguments, MetadataReader reader, GenericParameterHandleCollection parameters) =>
        [.. arguments.Select((argument, i) => argument.Name == Canonical ? For(reader, parameters[i]) ?? argument : In(argument))];

    private JitType? For(MetadataReader reader, GenericParameterHandle parameter)
    {
        var roles = reader.GetGenericParameter(parameter).GetConstraints().Select(constraint => NameOf(reader, reader.GetGenericParameterConstraint(constraint).Type)).ToArray();
        if (roles.Length == 0) return Anything;
        return roles.Select(role => role is null ? [] : _classes[role]).Aggregate((fit, next) => fit.Intersect(next, StringComparer.Ordinal)).FirstOrDefault() is { } name
            ? new JitType(name, [])
            : null;
    }

    private static bool IsClass(Definition definition) =>
        definition.Arity == 0 && !definition.Type.Attributes.HasFlag(TypeAttributes.Abstract) && !definition.Type.BaseType.IsNil
        && NameOf(definition.Reader, definition.Type.BaseType) is not ("System.ValueType" or "System.Enum");

    private static IEnumerable<string> RolesOf(Definition definition) => definition.Type.GetInterfaceImplementations()
        .Select(handle => definition.Reader.GetInterfaceImplementation(handle).Interface).Append(definition.Type.BaseType)
        .Where(handle => !handle.IsNil).Select(handle => NameOf(definition.Reader, handle)).OfType<string>();

    /// <summary>Of a generic type, without its arguments.</summary>
    private static string? NameOf(MetadataReader reader, EntityHandle handle)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                return Assemblies.NameOf(reader, (TypeDefinitionHandle)handle);
            case HandleKind.TypeReference:
                var type = reader.GetTypeReference((TypeReferenceHandle)handle);
                var name = reader.GetString(type.Name);
                if (type.ResolutionScope.Kind is HandleKind.TypeReference) return $"{NameOf(reader, type.ResolutionScope)}+{name}";
                return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
            case HandleKind.TypeSpecification:
                // GENERICINST, CLASS, and which (ECMA-335, II.23.2.12).
                var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)handle).Signature);
                return blob.ReadSignatureTypeCode() is SignatureTypeCode.GenericTypeInstance && blob.ReadByte() is 0x12 ? NameOf(reader, blob.ReadTypeHandle()) : null;
            default:
                return null;
        }
    }
}
