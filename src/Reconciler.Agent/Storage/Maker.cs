using System.Text;
using Reconciler.Embedded.Storage;

namespace Reconciler.Agent.Storage;

/// <summary>
/// Makes image files, and knows which VBD it made one for: beside <c>NAME</c> lies <c>.NAME.made-by</c> with the VBD's uid. No volume has
/// such a name, because none begins with a dot.
/// </summary>
/// <remarks>
/// In this order: an unfinished file, the record, the file under its name. So a record without an unfinished file proves that the volume
/// is the one that was made for it; a volume that somebody put there meanwhile leaves the unfinished file behind. Each is on the disk
/// before the next begins.
/// </remarks>
internal static class Maker
{
    private static readonly FileSteps Steps = new();

    /// <summary>Makes a sparse file of a size in bytes: no block of it is used until the guest writes to it.</summary>
    /// <returns>False when another file had got the name; it is untouched.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static bool Make(string path, long size, Guid madeFor)
    {
        if (Exists(path)) return false;
        var (unfinished, record, folder) = (Unfinished(path), Record(path), Path.GetDirectoryName(path)!);
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            // Only root reads what a guest writes.
            if (OperatingSystem.IsLinux()) File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            file.SetLength(size);
            file.Flush(flushToDisk: true);
        }

        Steps.FlushDirectory(folder);
        Steps.WriteNew(record, Encoding.UTF8.GetBytes(madeFor.ToString("D")));
        Steps.FlushDirectory(folder);
        if (Exists(path)) return false;
        File.Move(unfinished, path, overwrite: false);
        Steps.FlushDirectory(folder);
        return true;
    }

    /// <summary>The VBD that the file was made for; null: it was not made here, or was cut short.</summary>
    public static Guid? MadeFor(string path) =>
        !File.Exists(Unfinished(path)) && File.Exists(Record(path)) && Guid.TryParse(File.ReadAllText(Record(path)), out var uid) ? uid : null;

    /// <summary>Deletes a file that was made here, or what is left of making it. The record goes last: until then the rest is found again.</summary>
    public static void Delete(string path)
    {
        if (MadeFor(path) is not null) File.Delete(path);
        File.Delete(Unfinished(path));
        Steps.FlushDirectory(Path.GetDirectoryName(path)!);
        File.Delete(Record(path));
    }

    /// <summary>Also a link that leads nowhere is something.</summary>
    private static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string Unfinished(string path) => Beside(path, "unfinished");

    private static string Record(string path) => Beside(path, "made-by");

    private static string Beside(string path, string what) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{what}");
}
