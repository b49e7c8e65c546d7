using System.Reflection.Metadata;

namespace Reconciler.StartupProfile;

/// <summary>A type definition and where it is.</summary>
internal sealed record Definition(MetadataReader Reader, TypeDefinitionHandle Handle)
{
    public string Assembly => Reader.GetString(Reader.GetAssemblyDefinition().Name);

    public TypeDefinition Type => Reader.GetTypeDefinition(Handle);

    public int Arity => Type.GetGenericParameters().Count;
}
