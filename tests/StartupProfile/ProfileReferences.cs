using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Reconciler.StartupProfile;

/// <summary>The profile's references to the types of other assemblies, each made once.</summary>
internal sealed class ProfileReferences(MetadataBuilder metadata)
{
    private readonly Dictionary<string, AssemblyReferenceHandle> _assemblies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TypeReferenceHandle> _types = new(StringComparer.Ordinal);

    public TypeReferenceHandle Reference(Definition definition)
    {
        var key = $"{definition.Assembly}!{Assemblies.NameOf(definition.Reader, definition.Handle)}";
        if (_types.TryGetValue(key, out var known)) return known;
        var declaring = definition.Type.GetDeclaringType();
        EntityHandle scope = declaring.IsNil ? AssemblyReference(definition.Reader) : Reference(definition with { Handle = declaring });
        var space = definition.Type.Namespace;
        return _types[key] = metadata.AddTypeReference(
            scope, space.IsNil ? default : metadata.GetOrAddString(definition.Reader.GetString(space)), metadata.GetOrAddString(definition.Reader.GetString(definition.Type.Name)));
    }

    public TypeReferenceHandle Reference(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        EntityHandle scope = type.ResolutionScope.Kind is HandleKind.TypeReference
            ? Reference(reader, (TypeReferenceHandle)type.ResolutionScope)
            : AssemblyReference(reader, (AssemblyReferenceHandle)type.ResolutionScope);
        var (space, name) = (reader.GetString(type.Namespace), reader.GetString(type.Name));
        var key = $"{MetadataTokens.GetToken(scope):x}!{space}.{name}";
        if (_types.TryGetValue(key, out var known)) return known;
        return _types[key] = metadata.AddTypeReference(scope, space.Length == 0 ? default : metadata.GetOrAddString(space), metadata.GetOrAddString(name));
    }

    private AssemblyReferenceHandle AssemblyReference(MetadataReader reader)
    {
        var assembly = reader.GetAssemblyDefinition();
        return AssemblyReference(reader.GetString(assembly.Name), assembly.Version);
    }

    private AssemblyReferenceHandle AssemblyReference(MetadataReader reader, AssemblyReferenceHandle handle)
    {
        var assembly = reader.GetAssemblyReference(handle);
        return AssemblyReference(reader.GetString(assembly.Name), assembly.Version);
    }

    private AssemblyReferenceHandle AssemblyReference(string name, Version version)
    {
        if (_assemblies.TryGetValue(name, out var known)) return known;
        return _assemblies[name] = metadata.AddAssemblyReference(metadata.GetOrAddString(name), version, default, default, default, default);
    }
}
