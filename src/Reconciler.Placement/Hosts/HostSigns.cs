using System.Collections.Concurrent;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Placement.Hosts;

/// <summary>
/// When this process last saw a sign of life of each host's agent, by its own clock: that its Lease changed, or that it has overwritten what
/// was said of its silence. The times in a Lease are another machine's.
/// </summary>
/// <remarks>
/// <para>A process that has just started gives each host its whole time: it has seen nothing yet.</para>
/// <para>The agent's own word is a sign because it may be seen before the Lease that it renewed first: they come by two watches. And an agent
/// that writes without renewing is contradicted once in the time of a Lease, and not as fast as both can write.</para>
/// </remarks>
internal sealed class HostSigns(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Sign> _signs = new(StringComparer.Ordinal);

    /// <summary>How long nothing was heard of it.</summary>
    /// <param name="host">As read.</param>
    /// <param name="lease">Its Lease; null when there is none.</param>
    public TimeSpan SilenceOf(XenHost host, LeaseSpec? lease)
    {
        var word = HostSilence.IsSilent(host) ? null : host.Status?.Conditions.Find(HostReadyCondition.Type);
        return time.GetElapsedTime(_signs.AddOrUpdate(
            host.Metadata.Name!,
            _ => new Sign(lease, word, time.GetTimestamp(), null),
            (_, last) => last.Lease != lease || (word is not null && word != last.Word) ? Next(last, lease, word) : last with { Word = word }).At);
    }

    /// <summary>For how long this process has seen signs without such a gap between them as makes a silence.</summary>
    public TimeSpan HeardFor(string host) => _signs.TryGetValue(host, out var last) && last.Since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>It was said of the host that nothing is heard of it. Whatever else its status says from now on, its agent has said.</summary>
    public void Overruled(string host)
    {
        if (_signs.TryGetValue(host, out var last)) _signs.TryUpdate(host, last with { Word = null }, last);
    }

    /// <summary>The host's object is gone.</summary>
    public void Forget(string host) => _signs.TryRemove(host, out _);

    private Sign Next(Sign last, LeaseSpec? lease, Condition? word)
    {
        var now = time.GetTimestamp();
        return new Sign(lease, word, now, time.GetElapsedTime(last.At, now) < HostLease.Duration ? last.Since ?? now : now);
    }

    private sealed record Sign(LeaseSpec? Lease, Condition? Word, long At, long? Since);
}
