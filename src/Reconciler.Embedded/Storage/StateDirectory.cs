using System.Globalization;
using System.Text;

namespace Reconciler.Embedded.Storage;

/// <summary>
/// Objects on disk: one file each, <c>objects/KIND/NAMESPACE/NAME/UID.json</c> (namespace "_" for cluster-scoped kinds).
/// </summary>
/// <remarks>
/// A file is written beside its place, flushed, renamed, and its directory flushed: after a crash it is the old or the new one, whole. Kind,
/// name and uid are in the path, so that they are known even when the content is not.
/// </remarks>
internal sealed class StateDirectory : IObjectStorage
{
    private const string TemporarySuffix = ".tmp";

    private readonly string _root;
    private readonly IFileSteps _steps;
    private readonly StateLock _lock;
    private readonly HashSet<string> _persistentTypes;

    private StateDirectory(string root, IFileSteps steps, StateLock stateLock, IEnumerable<string> persistentTypes)
    {
        _root = root;
        _steps = steps;
        _lock = stateLock;
        _persistentTypes = persistentTypes.ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Takes the directory and reads what is in it.</summary>
    /// <exception cref="StateDirectoryException">It is in use, or can't be used.</exception>
    public static (StateDirectory Storage, LoadedState State) Open(string root, IEnumerable<string> persistentTypes, IFileSteps steps)
    {
        try
        {
            steps.CreateDirectory(root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException(
                $"the state directory {root} can't be made: {exception.Message}; choose another with --state", exception);
        }

        var stateLock = StateLock.Take(root);
        try
        {
            var directory = new StateDirectory(root, steps, stateLock, persistentTypes);
            return (directory, directory.Load());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            stateLock.Dispose();
            throw new StateDirectoryException($"the state directory {root} can't be read: {exception.Message}", exception);
        }
        catch
        {
            stateLock.Dispose();
            throw;
        }
    }

    public void Write(StoredObject entity)
    {
        if (!_persistentTypes.Contains(entity.Key.Type)) return;
        var directory = StateLayout.DirectoryOf(_root, entity.Key);
        if (!Directory.Exists(directory)) MakeDirectory(directory);
        ReplaceFile(directory, entity.Uid + StateLayout.ObjectSuffix, entity.Json);
    }

    public void Delete(StoredObject entity, long version)
    {
        if (!_persistentTypes.Contains(entity.Key.Type)) return;
        // Its own version goes with the file: without this one, a restarted store would give out versions a second time.
        ReplaceFile(_root, StateLayout.VersionFile, Encoding.ASCII.GetBytes(version.ToString(CultureInfo.InvariantCulture) + "\n"));
        var directory = StateLayout.DirectoryOf(_root, entity.Key);
        // What was set aside first: alone it would bring the name back as damaged.
        foreach (var aside in Directory.GetFiles(directory, "*" + StateLayout.DamagedSuffix)) _steps.Delete(aside);
        _steps.Delete(Path.Combine(directory, entity.Uid + StateLayout.ObjectSuffix));
        _steps.FlushDirectory(directory);
        if (!Directory.EnumerateFileSystemEntries(directory).Any()) _steps.DeleteEmptyDirectory(directory);
    }

    public void Dispose() => _lock.Dispose();

    private LoadedState Load()
    {
        var objects = new Dictionary<ObjectKey, StoredObject>();
        var damaged = new Dictionary<ObjectKey, DamagedObject>();
        foreach (var leftover in Directory.GetFiles(_root, "*" + TemporarySuffix)) _steps.Delete(leftover);
        foreach (var type in _persistentTypes)
        {
            foreach (var file in StateLayout.FilesOf(_root, type).ToArray())
            {
                if (file.Path.EndsWith(TemporarySuffix, StringComparison.Ordinal))
                {
                    // Never renamed: its write was never acknowledged.
                    _steps.Delete(file.Path);
                    continue;
                }

                if (file.IsDamaged)
                {
                    damaged[file.Key] = new DamagedObject(type, file.Key.Namespace, file.Key.Name, file.Uid, file.Path, "set aside before");
                }
                else if (StateLayout.TryRead(file, out var entity, out var reason))
                {
                    if (objects.TryGetValue(file.Key, out var other)) entity = SetAsideOlder(entity, other);
                    objects[file.Key] = entity;
                }
                else
                {
                    damaged[file.Key] = SetAside(file, reason);
                }
            }
        }

        foreach (var key in objects.Keys) damaged.Remove(key);
        return new LoadedState(
            [.. objects.Values], [.. damaged.Values],
            Math.Max(ReadVersion(), objects.Values.Select(o => o.ResourceVersion).DefaultIfEmpty(1).Max()));
    }

    private DamagedObject SetAside(StateFile file, string reason)
    {
        var aside = Path.ChangeExtension(file.Path, StateLayout.DamagedSuffix);
        _steps.Replace(file.Path, aside);
        _steps.FlushDirectory(Path.GetDirectoryName(aside)!);
        return new DamagedObject(file.Key.Type, file.Key.Namespace, file.Key.Name, file.Uid, aside, reason);
    }

    // Two uids under one name, which no store leaves behind: the newer one is the object, and the other must never come back.
    private StoredObject SetAsideOlder(StoredObject a, StoredObject b)
    {
        var (newer, older) = a.ResourceVersion > b.ResourceVersion ? (a, b) : (b, a);
        var path = Path.Combine(StateLayout.DirectoryOf(_root, older.Key), older.Uid + StateLayout.ObjectSuffix);
        SetAside(new StateFile(path, older.Key, older.Uid), "it is older than another of the same name");
        return newer;
    }

    // A version file that can't be read loses nothing but the versions of deletions.
    private long ReadVersion()
    {
        var path = Path.Combine(_root, StateLayout.VersionFile);
        if (!File.Exists(path)) return 1;
        var text = File.ReadAllText(path).AsSpan().Trim();
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 1;
    }

    private void MakeDirectory(string path)
    {
        _steps.CreateDirectory(path);
        for (var parent = Path.GetDirectoryName(path); parent is not null && parent.Length >= _root.Length; parent = Path.GetDirectoryName(parent))
            _steps.FlushDirectory(parent);
    }

    private void ReplaceFile(string directory, string name, ReadOnlyMemory<byte> content)
    {
        var path = Path.Combine(directory, name);
        _steps.WriteNew(path + TemporarySuffix, content);
        _steps.Replace(path + TemporarySuffix, path);
        _steps.FlushDirectory(directory);
    }
}
