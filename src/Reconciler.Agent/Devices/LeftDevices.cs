using Reconciler.Agent.Mapping;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Devices;

/// <summary>
/// Devices of this host that are being deleted and whose Domain is gone: those of templates, which are deleted because it is. The operator
/// would let them go as well, but not their volumes.
/// </summary>
internal sealed class LeftDevices(IXenHost host, DeviceSource source, DeviceMapping mapping, DeviceReporter reporter, IKubernetesClient client)
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    /// <param name="key">The key of the Domain that they name.</param>
    /// <param name="now">The Domain that has that name now; null when there is none. Its own devices are not meant.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>When to look again; null when nothing is left.</returns>
    public async Task<TimeSpan?> ReleaseAsync(ObjectKey key, Domain? now, CancellationToken cancellationToken)
    {
        var (vbds, vifs) = (source.VbdsOf(key), source.VifsOf(key));
        var uids = vbds.Where(v => v.Metadata.DeletionTimestamp is not null).Select(v => v.Status?.DomainUid)
            .Concat(vifs.Where(v => v.Metadata.DeletionTimestamp is not null).Select(v => v.Status?.DomainUid)).Distinct().Where(uid => uid != now?.Metadata.Uid && Guid.TryParse(uid, out _)).ToArray();
        if (uids.Length == 0) return null;

        // The store may be behind: only the API server's word is good enough.
        var current = await client.GetAsync<Domain>(key.Name, key.Namespace, cancellationToken);
        foreach (var uid in uids.Where(uid => uid != current?.Metadata.Uid))
        {
            var gone = new Domain { Metadata = new ObjectMeta { Namespace = key.Namespace, Name = key.Name, Uid = uid, DeletionTimestamp = DateTimeOffset.UnixEpoch } };
            var observed = await host.ObserveAsync(new DomainKey(Guid.Parse(uid!), $"{key.Namespace}.{key.Name}"), cancellationToken);
            var objects = await source.FindAsync(gone, observed, cancellationToken);
            await reporter.ReleaseAsync(mapping.Map(gone, objects, living: null), observed, cancellationToken);
        }

        return Later;
    }
}
