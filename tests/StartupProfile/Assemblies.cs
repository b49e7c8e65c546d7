using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Reconciler.StartupProfile;

/// <summary>The types of all assemblies of a folder by their names, nested ones as <c>Outer+Inner</c>.</summary>
internal sealed class Assemblies
{
    private readonly Dictionary<string, Definition> _types = new(StringComparer.Ordinal);

    public Assemblies(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            var pe = new PEReader(File.OpenRead(file));
            if (!pe.HasMetadata) continue;
            var reader = pe.GetMetadataReader();
            foreach (var handle in reader.TypeDefinitions) _types.TryAdd(NameOf(reader, handle), new Definition(reader, handle));
        }
    }

    public IReadOnlyDictionary<string, Definition> All => _types;

    public Definition? Find(string name) => _types.GetValueOrDefault(name);

    public static string NameOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        if (!type.GetDeclaringType().IsNil) return $"{NameOf(reader, type.GetDeclaringType())}+{name}";
        return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
    }
}
