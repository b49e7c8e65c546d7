using Reconciler.Agent.Tests.Devices;
using Reconciler.Api.Hosts;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Agent.Tests.Hosts;

/// <summary>When an agent looks at its whole host, and at what.</summary>
public sealed class HostReportTests
{
    [Fact]
    public void Pools_are_looked_at_anew_when_users_change_them_and_once_a_minute_and_not_with_each_domain() => AgentRig.Run(async rig =>
    {
        await rig.OfferAsync();
        await rig.StartAsync();
        await UntilPoolAsync(rig, ready: true);
        rig.Host.Files.Remove("/srv/fast");

        await rig.DomainAsync();
        await rig.UntilAsync(async () => (await HostAsync(rig))!.Status?.Domains?.Ours > 0, () => Task.FromResult("the domain is not counted"));
        (await PoolAsync(rig))!.Ready.ShouldBeTrue("what was seen a moment ago is good enough for a look that a domain has caused");

        await UntilPoolAsync(rig, ready: false);
        await rig.Store.ApplyAsync(
            new XenStoragePool { Metadata = new ObjectMeta { Name = "fast" }, Spec = new XenStoragePoolSpec { Directory = new DirectoryPool { Path = "/srv/other" } } },
            new ApplyOptions("admin"), CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(3), rig.Time);
        (await PoolAsync(rig))!.Ready.ShouldBeTrue("somebody waits for it");
    });

    private static Task<XenHost?> HostAsync(AgentRig rig) => rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None);

    private static async Task<HostStoragePool?> PoolAsync(AgentRig rig) => (await HostAsync(rig))?.Status?.StoragePools?.SingleOrDefault(pool => pool.Name == "fast");

    private static Task UntilPoolAsync(AgentRig rig, bool ready) =>
        rig.UntilAsync(async () => (await PoolAsync(rig))?.Ready == ready, async () => $"{await PoolAsync(rig)}");
}
