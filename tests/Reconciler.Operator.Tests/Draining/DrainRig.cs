using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Draining;

namespace Reconciler.Operator.Tests.Draining;

/// <summary>Drains of Nodes; the test is kubectl, kubelet and agent.</summary>
internal static class DrainRig
{
    public const string Image = "operator:1";

    /// <summary>xen-1 and xen-2, each with its Node, a Domain on xen-1, and its guard.</summary>
    public static async Task StartWithGuardAsync(this OperatorRig rig)
    {
        await rig.InstallAsync();
        foreach (var host in (string[])["xen-1", "xen-2"]) await rig.ApplyNodeAsync(host);
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.RunDomainAsync("web");
        await rig.ApplyHostAsync("xen-2");
        await rig.UntilGuardAsync("xen-1", guard => guard is not null);
    }

    /// <summary>What the chart brings for the guards.</summary>
    public static async Task InstallAsync(this OperatorRig rig)
    {
        rig.GuardImage = Image;
        await rig.Store.CreateAsync(
            new ServiceAccount { Metadata = new ObjectMeta { Namespace = OperatorRig.Namespace, Name = HostGuard.Application } }, CancellationToken.None);
    }

    public static Task<Pod?> GuardAsync(this OperatorRig rig, string host) => rig.Store.GetAsync<Pod>(HostGuard.NameOf(host), OperatorRig.Namespace, CancellationToken.None);

    public static Task UntilGuardAsync(this OperatorRig rig, string host, Func<Pod?, bool> holds) => rig.UntilAsync(async () => holds(await rig.GuardAsync(host)));

    /// <summary>What the API server is answered when the guard's eviction is asked for; null: it may go, or is no more.</summary>
    public static Task<string?> EvictAsync(this OperatorRig rig, string host, bool dryRun = false) =>
        rig.Services.GetRequiredService<HostGuardEvictions>().RefuseAsync(OperatorRig.Namespace, HostGuard.NameOf(host), dryRun, CancellationToken.None);

    /// <summary>The beginning of kubectl drain: cordons, and asks for the eviction of the guard.</summary>
    public static async Task<string> DrainAsync(this OperatorRig rig, string host)
    {
        await rig.ApplyNodeAsync(host, cordoned: true);
        return (await rig.EvictAsync(host)).ShouldNotBeNull();
    }

    public static Task DeleteGuardAsync(this OperatorRig rig, string host) =>
        rig.Store.DeleteAsync<Pod>(HostGuard.NameOf(host), OperatorRig.Namespace, new DeleteOptions(), CancellationToken.None);

    /// <summary>What a kubelet says of the guard.</summary>
    public static Task ReportGuardAsync(this OperatorRig rig, string host, string phase) => rig.Store.PatchAsync<Pod>(
        HostGuard.NameOf(host), OperatorRig.Namespace, new JsonPatch().Add("/status", new JsonObject { ["phase"] = phase }), CancellationToken.None);

    public static Task HaltAsync(this OperatorRig rig, string domain) => rig.ChangeDomainAsync(domain, spec => spec with { PowerState = PowerState.Halted });
}
