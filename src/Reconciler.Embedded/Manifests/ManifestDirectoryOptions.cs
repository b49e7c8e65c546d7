namespace Reconciler.Embedded.Manifests;

/// <summary>The pace of a <see cref="ManifestDirectory"/>.</summary>
public sealed record ManifestDirectoryOptions
{
    /// <summary>How often the directory is read without any sign of a change: not every file system tells.</summary>
    public TimeSpan RescanInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Quiet time after a sign of change before the files are read: editors write in several steps.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an object must be in no file before its deletion is asked for: it may be on its way from one file to another.</summary>
    public TimeSpan RemovalDelay { get; init; } = TimeSpan.FromSeconds(2);
}
