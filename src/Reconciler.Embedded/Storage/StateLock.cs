using System.Globalization;

namespace Reconciler.Embedded.Storage;

/// <summary>One store per state directory: an advisory lock that ends with its process, however that ends.</summary>
internal sealed class StateLock : IDisposable
{
    private readonly FileStream _file;

    private StateLock(FileStream file) => _file = file;

    /// <exception cref="StateDirectoryException">Another store holds it, or it can't be made.</exception>
    public static StateLock Take(string directory)
    {
        var path = PathIn(directory);
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            File.WriteAllText(HolderPathIn(directory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return new StateLock(file);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            var holder = HolderOf(directory) ?? "unknown";
            throw new StateDirectoryException(
                $"the state directory {directory} is in use by another agent (process {holder}); stop that one, or choose another directory with --state",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateDirectoryException(
                $"the state directory {directory} can't be written: {exception.Message}; choose another with --state", exception);
        }
    }

    /// <summary>The process that holds the lock; null when none does, or when this user may not know.</summary>
    public static string? HolderOf(string directory)
    {
        var path = PathIn(directory);
        if (!File.Exists(path)) return null;
        try
        {
            // A reader's lock is shared, and refused only while there is a writer's.
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            var holder = HolderPathIn(directory);
            return File.Exists(holder) ? File.ReadAllText(holder).Trim() : "unknown";
        }
    }

    public void Dispose() => _file.Dispose();

    private static string PathIn(string directory) => Path.Combine(directory, "lock");

    // Beside the lock: .NET locks whatever it opens, so a locked file can't be read.
    private static string HolderPathIn(string directory) => Path.Combine(directory, "holder");
}
