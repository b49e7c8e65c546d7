using System.Collections.Concurrent;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Placement.Hosts;

/// <summary>When this process last saw each host's lease change, by its own clock. The times in a lease are another machine's.</summary>
/// <remarks>A process that has just started gives each host its whole time: it has seen nothing yet.</remarks>
internal sealed class HostSigns(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Sign> _signs = new(StringComparer.Ordinal);

    /// <summary>How long the lease has been as it is now.</summary>
    public TimeSpan SilenceOf(string host, LeaseSpec? lease) => time.GetElapsedTime(_signs.AddOrUpdate(
        host, _ => new Sign(lease, time.GetTimestamp()), (_, last) => last.Lease == lease ? last : new Sign(lease, time.GetTimestamp())).At);

    /// <summary>The host's object is gone.</summary>
    public void Forget(string host) => _signs.TryRemove(host, out _);

    private sealed record Sign(LeaseSpec? Lease, long At);
}
