using System.Text;
using Microsoft.Win32.SafeHandles;
using Reconciler.Embedded.Storage;

namespace Reconciler.Agent.Storage;

/// <summary>
/// Makes image files, and knows which VBD it made one for: beside <c>NAME</c> lies <c>.NAME.made-by</c> with the VBD's uid, and while it
/// is being made <c>.NAME.UID.unfinished</c>. No volume has such a name, because none begins with a dot.
/// </summary>
/// <remarks>
/// In this order: an unfinished file, the record, the file under its name. So a record without the unfinished file of that VBD proves that
/// the volume is the one that was made for it; a volume that somebody put there meanwhile leaves the unfinished file behind. Each is on the
/// disk before the next begins.
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
        using (var file = Begin(path, madeFor)) RandomAccess.SetLength(file, size);
        return Finish(path, madeFor);
    }

    /// <summary>An empty unfinished file; what an earlier try left of it is gone.</summary>
    public static SafeFileHandle Begin(string path, Guid madeFor)
    {
        var unfinished = Unfinished(path, madeFor);
        File.Delete(unfinished);
        var file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        // Only root reads what a guest writes.
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>Gives the unfinished file its name.</summary>
    /// <returns>False when another file had got the name; it is untouched, and nothing is left of the unfinished one.</returns>
    public static bool Finish(string path, Guid madeFor)
    {
        var (unfinished, folder) = (Unfinished(path, madeFor), Path.GetDirectoryName(path)!);
        using (var file = File.OpenHandle(unfinished, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) RandomAccess.FlushToDisk(file);
        Steps.FlushDirectory(folder);
        if (Exists(path))
        {
            Abandon(path, madeFor);
            return false;
        }

        Steps.WriteNew(Record(path), Encoding.UTF8.GetBytes(madeFor.ToString("D")));
        Steps.FlushDirectory(folder);
        File.Move(unfinished, path, overwrite: false);
        Steps.FlushDirectory(folder);
        return true;
    }

    /// <summary>
    /// Deletes the unfinished file, if there is one, and first the record that was written beside it: alone, that would give a volume which
    /// somebody put there meanwhile to this VBD, and take it away with it.
    /// </summary>
    public static void Abandon(string path, Guid madeFor)
    {
        var unfinished = Unfinished(path, madeFor);
        if (!File.Exists(unfinished)) return;
        if (Recorded(path) is null || Recorded(path) == madeFor)
        {
            File.Delete(Record(path));
            Steps.FlushDirectory(Path.GetDirectoryName(path)!);
        }

        File.Delete(unfinished);
    }

    /// <summary>Where the file lies until it is finished.</summary>
    public static string Unfinished(string path, Guid madeFor) => Beside(path, $"{madeFor:D}.unfinished");

    /// <summary>The VBD that the file was made for; null: it was not made here, or was cut short.</summary>
    public static Guid? MadeFor(string path) => Recorded(path) is { } uid && !File.Exists(Unfinished(path, uid)) ? uid : null;

    /// <summary>Deletes a file that was made here. The record goes last: until then the rest is found again.</summary>
    public static void Delete(string path)
    {
        File.Delete(path);
        Steps.FlushDirectory(Path.GetDirectoryName(path)!);
        File.Delete(Record(path));
    }

    /// <summary>Null also where only a part of the record was written.</summary>
    private static Guid? Recorded(string path) => File.Exists(Record(path)) && Guid.TryParse(File.ReadAllText(Record(path)), out var uid) ? uid : null;

    /// <summary>Also a link that leads nowhere is something.</summary>
    private static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    private static string Record(string path) => Beside(path, "made-by");

    private static string Beside(string path, string what) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{what}");
}
