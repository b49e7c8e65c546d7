using System.Collections.Immutable;
using System.IO.Compression;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Reconciler.StartupProfile;

/// <summary>
/// Writes an MIBC file: an assembly whose global methods name other methods by <c>ldtoken</c>, in groups by the assemblies that they need
/// (dotnet/runtime, src/coreclr/tools/dotnet-pgo, MibcEmitter).
/// </summary>
internal sealed class ProfileWriter
{
    private readonly Assemblies _assemblies;
    private readonly MetadataBuilder _metadata = new();
    private readonly ProfileReferences _references;
    private readonly StandIns _standIns;
    private readonly SortedDictionary<string, List<EntityHandle>> _groups = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <param name="assemblies">Those of which the methods are.</param>
    public ProfileWriter(Assemblies assemblies) => (_assemblies, _references, _standIns) = (assemblies, new ProfileReferences(_metadata), new StandIns(assemblies));

    public int Methods { get; private set; }

    /// <summary>False: its type or it is not in these assemblies.</summary>
    public bool Add(JitMethod method)
    {
        if (Resolve(method.Type) is not { } owner || owner.Arity != method.Type.Arguments.Count) return false;
        if (!Need(method.Type, []) || !method.Arguments.All(argument => Need(argument, []))) return false;
        var type = _standIns.In(method.Type);
        var found = false;
        foreach (var handle in owner.Type.GetMethods())
        {
            var definition = owner.Reader.GetMethodDefinition(handle);
            if (owner.Reader.GetString(definition.Name) != method.Name || definition.GetGenericParameters().Count != method.Arguments.Count) continue;
            if (owner.Reader.GetBlobReader(definition.Signature) is var blob && ParametersOf(blob) != method.Parameters) continue;
            found = true;
            var arguments = _standIns.In(method.Arguments, owner.Reader, definition.GetGenericParameters());
            HashSet<string> needed = [];
            foreach (var named in arguments.Prepend(type)) Need(named, needed);
            var parent = OwnerHandle(type, owner);
            var signature = Signature(definition);
            EntityHandle reference = _metadata.AddMemberReference(parent, _metadata.GetOrAddString(method.Name), _metadata.GetOrAddBlob(signature));
            if (arguments.Count > 0)
            {
                var specification = new BlobBuilder();
                var encoder = new BlobEncoder(specification).MethodSpecificationSignature(arguments.Count);
                foreach (var argument in arguments) Encode(encoder.AddArgument(), argument);
                reference = _metadata.AddMethodSpecification(reference, _metadata.GetOrAddBlob(specification));
            }
            if (!_seen.Add($"{type}:{method.Name}[{string.Join(",", arguments)}] {Convert.ToHexString(signature.ToArray())}")) continue;
            var group = string.Concat(needed.Where(name => name != owner.Assembly).Order(StringComparer.Ordinal).Prepend(owner.Assembly).Select(name => name + ";"));
            if (!_groups.TryGetValue(group, out var members)) _groups[group] = members = [];
            members.Add(reference);
            Methods++;
        }
        return found;
    }

    public void Write(string path)
    {
        var il = new BlobBuilder();
        var bodies = new MethodBodyStreamEncoder(il);
        var name = Path.GetFileName(path);
        _metadata.AddModule(0, _metadata.GetOrAddString(name), _metadata.GetOrAddGuid(Guid.Empty), default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString(Path.GetFileNameWithoutExtension(path)), new Version(0, 0, 0, 0), default, default, default, default);
        var voidSignature = new BlobBuilder();
        new BlobEncoder(voidSignature).MethodSignature().Parameters(0, returns => returns.Void(), _ => { });
        var signature = _metadata.GetOrAddBlob(voidSignature);
        List<(string Group, MethodDefinitionHandle Method)> emitted = [];
        MethodDefinitionHandle first = default;
        foreach (var (group, members) in _groups)
        {
            var code = new InstructionEncoder(new BlobBuilder());
            foreach (var member in members)
            {
                code.OpCode(ILOpCode.Ldtoken);
                code.Token(member);
                // Any weight at all puts it in front of what is not called.
                code.LoadString(_metadata.GetOrAddUserString("ExclusiveWeight"));
                code.LoadConstantI4(1);
                code.OpCode(ILOpCode.Pop);
            }
            code.OpCode(ILOpCode.Ret);
            var method = Global($"Assemblies_{emitted.Count}", code);
            if (first.IsNil) first = method;
            emitted.Add((group, method));
        }
        var dictionary = new InstructionEncoder(new BlobBuilder());
        foreach (var (group, method) in emitted)
        {
            dictionary.LoadString(_metadata.GetOrAddUserString(group));
            dictionary.OpCode(ILOpCode.Ldtoken);
            dictionary.Token(method);
            dictionary.OpCode(ILOpCode.Pop);
        }
        dictionary.OpCode(ILOpCode.Ret);
        Global("AssemblyDictionary", dictionary);
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), first);

        var pe = new ManagedPEBuilder(
            new PEHeaderBuilder(imageCharacteristics: Characteristics.Dll | Characteristics.ExecutableImage), new MetadataRootBuilder(_metadata), il,
            deterministicIdProvider: content => BlobContentId.FromHash(System.Security.Cryptography.SHA256.HashData(content.SelectMany(blob => blob.GetBytes().ToArray()).ToArray()).AsSpan(0, 20).ToArray()));
        var image = new BlobBuilder();
        pe.Serialize(image);
        File.Delete(path);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        var entry = zip.CreateEntry(name + ".dll", CompressionLevel.SmallestSize);
        entry.LastWriteTime = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var stream = entry.Open();
        image.WriteContentTo(stream);

        MethodDefinitionHandle Global(string methodName, InstructionEncoder code) => _metadata.AddMethodDefinition(
            MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(methodName), signature,
            bodies.AddMethodBody(code, maxStack: 8), MetadataTokens.ParameterHandle(1));
    }

    private Definition? Resolve(JitType type) => _assemblies.Find(PrimitiveNames.GetValueOrDefault(type.Name, type.Name));

    private bool Need(JitType type, HashSet<string> needed)
    {
        if (type.Name == "[]") return Need(type.Arguments[0], needed);
        if (Resolve(type) is not { } definition || definition.Arity != type.Arguments.Count) return false;
        if (!Primitives.ContainsKey(type.Name) && type.Name != "System.__Canon") needed.Add(definition.Assembly);
        return type.Arguments.All(argument => Need(argument, needed));
    }

    private static int ParametersOf(BlobReader blob)
    {
        var header = blob.ReadSignatureHeader();
        if (header.IsGeneric) blob.ReadCompressedInteger();
        return blob.ReadCompressedInteger();
    }

    private EntityHandle OwnerHandle(JitType type, Definition owner)
    {
        if (type.Arguments.Count == 0) return _references.Reference(owner);
        var blob = new BlobBuilder();
        Encode(new BlobEncoder(blob).TypeSpecificationSignature(), type);
        return _metadata.AddTypeSpecification(_metadata.GetOrAddBlob(blob));
    }

    private void Encode(SignatureTypeEncoder encoder, JitType type)
    {
        if (Primitives.TryGetValue(type.Name, out var code)) { encoder.PrimitiveType(code); return; }
        if (type.Name == "[]") { Encode(encoder.SZArray(), type.Arguments[0]); return; }
        var definition = Resolve(type)!;
        if (type.Arguments.Count == 0) { encoder.Type(_references.Reference(definition), IsValueType(definition)); return; }
        var arguments = encoder.GenericInstantiation(_references.Reference(definition), type.Arguments.Count, IsValueType(definition));
        foreach (var argument in type.Arguments) Encode(arguments.AddArgument(), argument);
    }

    private BlobBuilder Signature(MethodDefinition definition)
    {
        var blob = new BlobBuilder();
        SignatureCopier.Write(blob, definition.DecodeSignature(new SignatureCopier(_references), null), definition.GetGenericParameters().Count);
        return blob;
    }

    private static bool IsValueType(Definition definition)
    {
        var parent = definition.Type.BaseType;
        if (parent.IsNil) return false;
        var name = parent.Kind switch
        {
            HandleKind.TypeReference when definition.Reader.GetTypeReference((TypeReferenceHandle)parent) is var reference => definition.Reader.GetString(reference.Name),
            HandleKind.TypeDefinition when definition.Reader.GetTypeDefinition((TypeDefinitionHandle)parent) is var type => definition.Reader.GetString(type.Name),
            _ => "",
        };
        return name is "ValueType" or "Enum" && definition.Reader.GetString(definition.Type.Name) != "Enum";
    }

    private static readonly Dictionary<string, PrimitiveTypeCode> Primitives = new(StringComparer.Ordinal)
    {
        ["bool"] = PrimitiveTypeCode.Boolean, ["char"] = PrimitiveTypeCode.Char, ["byte"] = PrimitiveTypeCode.Byte, ["ubyte"] = PrimitiveTypeCode.Byte,
        ["sbyte"] = PrimitiveTypeCode.SByte, ["short"] = PrimitiveTypeCode.Int16, ["ushort"] = PrimitiveTypeCode.UInt16, ["int"] = PrimitiveTypeCode.Int32,
        ["uint"] = PrimitiveTypeCode.UInt32, ["long"] = PrimitiveTypeCode.Int64, ["ulong"] = PrimitiveTypeCode.UInt64, ["float"] = PrimitiveTypeCode.Single,
        ["double"] = PrimitiveTypeCode.Double, ["nint"] = PrimitiveTypeCode.IntPtr, ["nuint"] = PrimitiveTypeCode.UIntPtr,
    };

    private static readonly Dictionary<string, string> PrimitiveNames = Primitives.ToDictionary(pair => pair.Key, pair => $"System.{pair.Value}", StringComparer.Ordinal);
}
