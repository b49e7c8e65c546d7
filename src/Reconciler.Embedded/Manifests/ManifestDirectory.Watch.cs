using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Reconciler.Embedded.Manifests;

/// <content>When the directory is read: at signs of a change, at pending deadlines, and now and then.</content>
public sealed partial class ManifestDirectory
{
    /// <summary>Follows the directory until it is cancelled.</summary>
    /// <param name="scanned">Called after each reading.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Action? scanned, CancellationToken cancellationToken)
    {
        var signs = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        FileSystemWatcher? watcher = null;
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                watcher ??= TryWatch(signs.Writer);
                var wait = Scan() is { } pending && pending < _options.RescanInterval ? pending : _options.RescanInterval;
                scanned?.Invoke();
                if (!Directory.Exists(_path))
                {
                    // A watch does not come back with its directory.
                    watcher?.Dispose();
                    watcher = null;
                }

                if (await SignWithinAsync(signs.Reader, wait, cancellationToken)) await SettleAsync(signs.Reader, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The way it ends.
        }
        finally
        {
            watcher?.Dispose();
        }
    }

    // Writers that never pause are not waited for longer than this.
    private async Task SettleAsync(ChannelReader<bool> signs, CancellationToken cancellationToken)
    {
        var deadline = _time.GetUtcNow() + (_options.SettleTime * 10);
        while (_time.GetUtcNow() < deadline && await SignWithinAsync(signs, _options.SettleTime, cancellationToken))
        {
        }
    }

    private async Task<bool> SignWithinAsync(ChannelReader<bool> signs, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(wait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await signs.ReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private FileSystemWatcher? TryWatch(ChannelWriter<bool> signs)
    {
        try
        {
            var watcher = new FileSystemWatcher(_path)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.Attributes,
            };
            watcher.Created += (_, _) => signs.TryWrite(true);
            watcher.Changed += (_, _) => signs.TryWrite(true);
            watcher.Deleted += (_, _) => signs.TryWrite(true);
            watcher.Renamed += (_, _) => signs.TryWrite(true);
            watcher.Error += (_, _) => signs.TryWrite(true);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            // Not there, or too many watches (fs.inotify.max_user_instances): it is read now and then all the same.
            WatchLog.NotWatched(_logger, _path, exception.Message);
            return null;
        }
    }

    private static partial class WatchLog
    {
        [LoggerMessage(4, LogLevel.Debug, "{Path} is not watched ({Reason}); it is read now and then")]
        public static partial void NotWatched(ILogger logger, string path, string reason);
    }
}
