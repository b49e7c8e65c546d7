using System.Globalization;
using Reconciler.Kubernetes.Client;
using Widget = Reconciler.Testing.Contract.Widget;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>Every version of the object that leaders sign, in the order in which the API server made them.</summary>
internal sealed class WriteHistory : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _writers = [];
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _watching = Task.CompletedTask;
    private int _number;

    private WriteHistory()
    {
    }

    /// <summary>The writers by runs: a name that comes twice has written, was followed, and wrote again.</summary>
    public IReadOnlyList<string> Writers
    {
        get
        {
            lock (_gate)
            {
                return [.. _writers];
            }
        }
    }

    /// <summary>Makes the object and watches it.</summary>
    public static async Task<WriteHistory> BeginAsync(IKubernetesClient client, string @namespace, CancellationToken cancellation)
    {
        var log = await client.CreateAsync(
            new Widget
            {
                Metadata = new() { Name = "log", Namespace = @namespace, Annotations = new Dictionary<string, string> { ["number"] = "0", ["writer"] = "" } },
                Spec = new() { Size = "1Gi" },
            },
            cancellation);
        var history = new WriteHistory();
        history._watching = history.WatchAsync(client, @namespace, log.Metadata.ResourceVersion!);
        return history;
    }

    /// <summary>Waits for a write of this one that is not made yet.</summary>
    public Task UntilWrittenByAsync(string writer, CancellationToken cancellation) => UntilAsync(() => _writers is [.., var last] && last == writer, cancellation);

    /// <summary>Waits for a write by anybody else, and says by whom.</summary>
    public async Task<string> UntilWrittenByAnotherAsync(string writer, CancellationToken cancellation)
    {
        await UntilAsync(() => _writers is [.., var last] && last != writer, cancellation);
        return Writers[^1];
    }

    /// <summary>Waits for so many more writes.</summary>
    public Task UntilMoreAsync(int count, CancellationToken cancellation)
    {
        var enough = Volatile.Read(ref _number) + count;
        return UntilAsync(() => _number >= enough, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task UntilAsync(Func<bool> holds, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        Task more;
        lock (_gate)
        {
            more = _more.Task;
        }

        while (true)
        {
            await more.WaitAsync(patience.Token);
            lock (_gate)
            {
                if (holds())
                {
                    return;
                }

                more = _more.Task;
            }
        }
    }

    private async Task WatchAsync(IKubernetesClient client, string @namespace, string version)
    {
        try
        {
            while (true)
            {
                var options = new WatchOptions { Namespace = @namespace, ResourceVersion = version, AllowBookmarks = false };
                await foreach (var frame in client.WatchAsync<Widget>(options, _stop.Token))
                {
                    var annotations = frame.Object!.Metadata.Annotations!;
                    lock (_gate)
                    {
                        // Nothing is missed between two versions: else the order of writers would prove nothing.
                        _number++;
                        int.Parse(annotations["number"], CultureInfo.InvariantCulture).ShouldBe(_number);
                        if (_writers is not [.., var last] || last != annotations["writer"])
                        {
                            _writers.Add(annotations["writer"]);
                        }

                        version = frame.ResourceVersion!;
                        _more.TrySetResult();
                        _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The way it ends.
        }
    }
}
