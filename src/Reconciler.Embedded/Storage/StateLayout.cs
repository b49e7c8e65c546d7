using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IOPath = System.IO.Path;

namespace Reconciler.Embedded.Storage;

/// <summary>Where things are in a state directory.</summary>
internal static class StateLayout
{
    public const string ObjectSuffix = ".json";
    public const string DamagedSuffix = ".damaged";
    public const string VersionFile = "version";

    private const string Objects = "objects";

    // No namespace has this name.
    private const string NoNamespace = "_";

    public static string DirectoryOf(string root, ObjectKey key) =>
        IOPath.Combine(root, Objects, key.Type, key.Namespace ?? NoNamespace, key.Name);

    public static IEnumerable<StateFile> FilesOf(string root, string type)
    {
        var directory = IOPath.Combine(root, Objects, type);
        if (!Directory.Exists(directory)) yield break;
        foreach (var space in Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
        {
            foreach (var name in Directory.EnumerateDirectories(space).Order(StringComparer.Ordinal))
            {
                var spaceName = IOPath.GetFileName(space);
                var key = new ObjectKey(type, spaceName == NoNamespace ? null : spaceName, IOPath.GetFileName(name));
                foreach (var file in Directory.EnumerateFiles(name).Order(StringComparer.Ordinal))
                    yield return new StateFile(file, key, IOPath.GetFileName(file).Split('.')[0]);
            }
        }
    }

    /// <summary>Reads an object; what its path says and what it says itself must be the same.</summary>
    public static bool TryRead(StateFile file, [NotNullWhen(true)] out StoredObject? entity, [NotNullWhen(false)] out string? reason)
    {
        (entity, reason) = (null, null);
        try
        {
            var content = File.ReadAllBytes(file.Path);
            if (content.Length == 0)
            {
                reason = "it is empty";
                return false;
            }

            var found = StoredObject.From(file.Key.Type, JsonText.ParseObject(content));
            if (found.Key == file.Key && found.Uid == file.Uid) entity = found;
            else reason = $"it holds {found.Key} with uid {found.Uid}";
            return entity is not null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            reason = $"it is no JSON object of the store: {exception.Message}";
            return false;
        }
    }
}
