using System.Globalization;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Leadership;

namespace Reconciler.Agent.Hosts;

/// <summary>
/// One agent works on a host at a time, whatever has started a second: a rolling update, a mistake, a hand. The second has its stores
/// filled meanwhile and takes over the moment the first ends, however it ends: the kernel lets go of the lock (flock(2)) with the process.
/// </summary>
internal sealed partial class HostLock(string path, TimeProvider time, ILogger<HostLock> logger) : ILeadership, IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    /// <summary>EWOULDBLOCK: what flock(2) says of a lock that another has; .NET keeps it as the error's HResult.</summary>
    private const int HeldByAnother = 11;

    private FileStream? _file;

    // Beside the lock: .NET locks whatever it opens, so a locked file can't be read.
    private string HolderPath => path + ".holder";

    /// <exception cref="IOException">The file can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be made.</exception>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var told = false; !TryTake(); told = true)
        {
            if (!told) Log.Waiting(logger, path, File.Exists(HolderPath) ? (await File.ReadAllTextAsync(HolderPath, cancellationToken)).Trim() : "unknown");
            await Task.Delay(Between, time, cancellationToken);
        }

        await File.WriteAllTextAsync(HolderPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n", cancellationToken);
        Log.Taken(logger, path);
    }

    /// <summary>Takes it without waiting.</summary>
    /// <returns>Whether nobody else has it.</returns>
    /// <exception cref="IOException">The file can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file can't be made.</exception>
    public bool TryAcquire()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return TryTake();
    }

    /// <summary>Nobody can take it away.</summary>
    public async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return false;
    }

    /// <inheritdoc/>
    public Task ReleaseAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref _file, null)?.Dispose();

    private bool TryTake()
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix; the file is never removed, or two processes could lock two files of that name.
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            return true;
        }
        catch (IOException e) when (e.HResult == HeldByAnother)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Another agent works on this host (process {Holder} has {Path}): waiting until it ends")]
        public static partial void Waiting(ILogger logger, string path, string holder);

        [LoggerMessage(2, LogLevel.Information, "This agent works on the host ({Path})")]
        public static partial void Taken(ILogger logger, string path);
    }
}
