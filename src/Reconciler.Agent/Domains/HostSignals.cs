using System.Runtime.CompilerServices;
using Reconciler.Agent.Hosts;
using Reconciler.Api.Domains;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Domains;

/// <summary>Hints of the host as keys of Domains: the one whose domain changed, or all that the store or the host knows of.</summary>
internal sealed class HostSignals(IXenHost host, Store<Domain> domains, HostReporter reporter)
{
    /// <summary>The index of the store that finds a Domain by its uid, which is the Xen UUID.</summary>
    public const string UidIndex = "uid";

    public async IAsyncEnumerable<ObjectKey> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var signal in host.SignalsAsync(cancellationToken))
        {
            reporter.Nudge();
            if (signal.Uuid is { } uuid)
            {
                foreach (var entity in domains.ByIndex(UidIndex, uuid.ToString("D")))
                    yield return ObjectKey.Of(entity);
                continue;
            }

            foreach (var key in domains.Snapshot.Objects.Keys)
                yield return key;
            foreach (var key in await MarkedAsync(cancellationToken))
                yield return key;
        }
    }

    /// <summary>Domains of ours on the host: one whose object went away while nobody looked has no other way to be found.</summary>
    private async Task<IReadOnlyList<ObjectKey>> MarkedAsync(CancellationToken cancellationToken)
    {
        var observed = await host.ObserveAllAsync(cancellationToken);
        return [.. observed.Select(d => d.Mark).OfType<DomainMark>().Select(m => new ObjectKey(m.Namespace, m.Name))];
    }
}
