namespace Reconciler.Xen.Light.Policy;

/// <summary>realpath(3): the path of the file itself, every link on the way followed, every <c>..</c> taken where it stands.</summary>
public static class RealPath
{
    /// <summary>As the kernel: ELOOP after forty links.</summary>
    private const int MaxLinks = 40;

    /// <summary>Null: something on the way is not there, or goes round in a circle, or may not be looked at.</summary>
    public static string? Of(string path)
    {
        Stack<string> ahead = new(Segments(path).Reverse());
        var real = "/";
        for (var links = 0; ahead.TryPop(out var name);)
        {
            if (name is "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }
            var next = Path.Combine(real, name);
            try
            {
                FileInfo entry = new(next);
                if (entry.LinkTarget is not { } target)
                {
                    if (!Path.Exists(next)) return null;
                    real = next;
                    continue;
                }
                if (++links > MaxLinks) return null;
                if (Path.IsPathRooted(target)) real = "/";
                foreach (var segment in Segments(target).Reverse()) ahead.Push(segment);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
        return real;
    }

    private static IEnumerable<string> Segments(string path) => path.Split('/').Where(segment => segment is not ("" or "."));
}
