using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Reconciler.Embedded.Storage;

/// <summary>The steps on a real file system.</summary>
internal sealed partial class FileSteps : IFileSteps
{
    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void WriteNew(string path, ReadOnlyMemory<byte> content)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(content.Span);
        file.Flush(flushToDisk: true);
    }

    public void Replace(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void DeleteEmptyDirectory(string path) => Directory.Delete(path);

    // A name is durable only when its directory is (fsync(2), NOTES); .NET opens no directories.
    public void FlushDirectory(string path)
    {
        var descriptor = Open(path, ReadOnlyDirectory);
        if (descriptor < 0) throw Failed(path);
        try
        {
            if (Sync(descriptor) != 0) throw Failed(path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    // O_RDONLY | O_CLOEXEC on every Linux architecture that .NET runs on.
    private const int ReadOnlyDirectory = 0x80000;

    private static IOException Failed(string path) =>
        new($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
