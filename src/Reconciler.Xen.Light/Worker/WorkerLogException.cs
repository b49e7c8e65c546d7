namespace Reconciler.Xen.Light.Worker;

/// <summary>What libxl and its scripts said while an operation failed: the cause of a <see cref="Reconciler.Xen.Host.XenException"/>.</summary>
public sealed class WorkerLogException : Exception
{
    private const int ShownLines = 5;

    public WorkerLogException(IReadOnlyList<string> lines)
        : base(Summary(lines ?? throw new ArgumentNullException(nameof(lines)))) => Lines = lines;

    /// <summary>All lines that were kept, oldest first.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The first errors tell the cause, what follows them are consequences.</summary>
    private static string Summary(IReadOnlyList<string> lines)
    {
        string[] errors = [.. lines.Where(line => line.Contains("error", StringComparison.OrdinalIgnoreCase) || line.Contains("panic", StringComparison.OrdinalIgnoreCase))];
        return string.Join(" | ", (errors.Length > 0 ? errors : lines).Take(ShownLines));
    }
}
