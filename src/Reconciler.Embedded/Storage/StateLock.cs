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
            var line = System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            file.SetLength(0);
            file.Write(line);
            file.Flush();
            return new StateLock(file);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new StateDirectoryException($"the state directory {directory} is in use by another agent (process {HolderOf(directory) ?? "unknown"}); stop that one, or choose another directory with --state", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StateDirectoryException($"the state directory {directory} can't be written: {exception.Message}; choose another with --state", exception);
        }
    }

    /// <summary>The process that holds the lock; null when none does.</summary>
    public static string? HolderOf(string directory)
    {
        var path = PathIn(directory);
        if (!File.Exists(path)) return null;
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return null;
        }
        catch (IOException)
        {
            // FileShare.ReadWrite takes no lock, so the holder can be read.
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd().Trim() is { Length: > 0 } text ? text : "unknown";
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static string PathIn(string directory) => Path.Combine(directory, "lock");
}
