using System.Text.Json.Nodes;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded;

/// <summary>Reads a state directory without taking it: for looking at a running or stopped agent.</summary>
/// <param name="directory">The state directory.</param>
public sealed class StateReader(string directory)
{
    /// <summary>The process that has the directory in use; null when none has.</summary>
    public string? Holder => StateLock.HolderOf(directory);

    /// <summary>All objects of a kind, in the order of namespace and name. What can't be read is in <paramref name="damaged"/>.</summary>
    public IReadOnlyList<JsonObject> Read(ResourceType type, out IReadOnlyList<DamagedObject> damaged)
    {
        ArgumentNullException.ThrowIfNull(type);
        var objects = new SortedDictionary<ObjectKey, StoredObject>();
        var bad = new List<DamagedObject>();
        foreach (var file in StateLayout.FilesOf(directory, type.QualifiedName))
        {
            try
            {
                if (file.IsDamaged)
                    bad.Add(
                        new DamagedObject(type.QualifiedName, file.Key.Namespace, file.Key.Name, file.Uid, file.Path, "set aside before"));
                else if (!file.Path.EndsWith(StateLayout.ObjectSuffix, StringComparison.Ordinal)) continue;
                else if (StateLayout.TryRead(file, out var entity, out var reason)) objects[file.Key] = entity;
                else bad.Add(new DamagedObject(type.QualifiedName, file.Key.Namespace, file.Key.Name, file.Uid, file.Path, reason));
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // Deleted while it was read.
            }
        }

        damaged = [.. bad.Where(b => !objects.ContainsKey(new ObjectKey(b.Type, b.Namespace, b.Name)))];
        return [.. objects.Values.Select(o => o.ToNode())];
    }
}
