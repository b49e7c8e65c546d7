using System.Collections.Concurrent;
using System.Diagnostics;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;

namespace Reconciler.Scale.Load;

/// <summary>When each Domain was asked for something, and when the API server first showed it so, by the clock of this process.</summary>
internal sealed class Timeline
{
    private readonly ConcurrentDictionary<string, Wish> _wishes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _present = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Passage> _passages = new();
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Seconds since the timeline began.</summary>
    public double Now => Stopwatch.GetElapsedTime(_start).TotalSeconds;

    /// <summary>What came true so far.</summary>
    public IReadOnlyCollection<Passage> Passages => _passages;

    /// <summary>What was asked for and is not so yet.</summary>
    public int Open => _wishes.Count;

    /// <summary>Domains that there are.</summary>
    public int Present => _present.Count;

    /// <summary>Notes, just before the request, that a Domain is to be in a state.</summary>
    public void Ask(string name, PowerState state) => _wishes[name] = new Wish(state, Now);

    /// <summary>Follows the Domains of a namespace until cancelled.</summary>
    public async Task FollowAsync(HttpKubernetesClient client, string @namespace, CancellationToken cancellationToken)
    {
        string? version = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            version ??= await ListAsync(client, @namespace, cancellationToken);
            try
            {
                var options = new WatchOptions { Namespace = @namespace, ResourceVersion = version, Timeout = TimeSpan.FromMinutes(30) };
                await foreach (var change in client.WatchAsync<Domain>(options, cancellationToken))
                {
                    if (change.Object is not { } domain) continue;
                    version = domain.Metadata.ResourceVersion;
                    if (change.Type == WatchEventType.Deleted) _present.TryRemove(domain.Metadata.Name!, out _);
                    else if (change.Type is WatchEventType.Added or WatchEventType.Modified) See(domain);
                }
            }
            catch (KubernetesApiException e) when (e.IsGone)
            {
                version = null;
            }
        }
    }

    private async Task<string?> ListAsync(HttpKubernetesClient client, string @namespace, CancellationToken cancellationToken)
    {
        var list = await client.ListAsync<Domain>(new ListOptions { Namespace = @namespace }, cancellationToken);
        foreach (var domain in list.Items)
            See(domain);
        // What went while nobody watched.
        var names = list.Items.Select(d => d.Metadata.Name!).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _present.Keys.Where(name => !names.Contains(name)))
            _present.TryRemove(gone, out _);
        return list.ResourceVersion;
    }

    private void See(Domain domain)
    {
        var name = domain.Metadata.Name!;
        _present.TryAdd(name, 0);
        if (_wishes.TryGetValue(name, out var wish) && domain.Status?.PowerState == wish.State.ToString()
            && _wishes.TryRemove(KeyValuePair.Create(name, wish)))
        {
            _passages.Enqueue(new Passage(wish.State, wish.At, Now));
        }
    }

    private sealed record Wish(PowerState State, double At);
}
