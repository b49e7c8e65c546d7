using System.Collections.Concurrent;
using System.Diagnostics;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Scale.Soak;

/// <summary>Every change of Ready of every object of a kind, when it was seen, in seconds since the log began.</summary>
internal sealed class ReadyLog<T>(Func<T, IReadOnlyList<Condition>?> conditionsOf, long begun)
    where T : class, IResource<T>
{
    private readonly ConcurrentDictionary<string, string> _now = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ReadyChange> _changes = new();

    /// <summary>All of them, in the order in which they were seen.</summary>
    public IReadOnlyCollection<ReadyChange> Changes => _changes;

    /// <summary>How many objects are in this status now.</summary>
    public int Count(string status) => _now.Values.Count(now => now.Split(' ')[0] == status);

    /// <summary>Follows them until cancelled.</summary>
    public async Task FollowAsync(HttpKubernetesClient client, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var list = await client.ListAsync<T>(new ListOptions(), cancellationToken);
            foreach (var entity in list.Items) See(entity);
            var options = new WatchOptions { ResourceVersion = list.ResourceVersion, Timeout = TimeSpan.FromMinutes(30) };
            await foreach (var change in client.WatchAsync<T>(options, cancellationToken))
            {
                if (change.Object is { } entity) See(entity);
            }
        }
    }

    private void See(T entity)
    {
        if (conditionsOf(entity).Find("Ready") is not { } ready) return;
        var (name, now) = (entity.Metadata.Name!, $"{ready.Status} {ready.Reason}");
        if (_now.GetValueOrDefault(name) == now) return;
        _now[name] = now;
        _changes.Enqueue(new ReadyChange(Stopwatch.GetElapsedTime(begun).TotalSeconds, T.Definition.Kind, name, ready.Status, ready.Reason));
    }
}
