using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Lab;

/// <summary>The agent of a host, as far as the API server sees it.</summary>
internal static class LabHost
{
    /// <summary>Makes a host as its agent does, or changes its readiness. It sees the pool and the network called <paramref name="offer"/>.</summary>
    public static async Task<string> MakeAsync(KubeApiServerLab lab, string name, string ready = "True", string? offer = null)
    {
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(lab.KubeconfigFile));
        var host = new XenHost { ApiVersion = XenHost.Definition.ApiVersion, Kind = "XenHost", Metadata = new ObjectMeta { Name = name } };
        await client.ApplyAsync(host with { Spec = new XenHostSpec() }, new ApplyOptions("test"), TestContext.Current.CancellationToken);
        await client.ApplyAsync(
            new Lease
            {
                ApiVersion = Lease.Definition.ApiVersion,
                Kind = Lease.Definition.Kind,
                Metadata = new ObjectMeta { Namespace = KubeApiServerLab.ChartNamespace, Name = HostLease.NameOf(name) },
                Spec = new LeaseSpec { LeaseDurationSeconds = 3600, RenewTime = DateTimeOffset.UtcNow },
            },
            new ApplyOptions("test"),
            TestContext.Current.CancellationToken);
        await client.ApplyStatusAsync(
            host with
            {
                Status = new XenHostStatus
                {
                    Conditions = [((IReadOnlyList<Condition>?)null).Next(HostReadyCondition.Type, ready, "Reported", "", 1, DateTimeOffset.UtcNow)],
                    Cpus = 2,
                    GuestTypes = ["PVH"],
                    Memory = new HostMemory { Total = "1Gi", Free = "512Mi" },
                    StoragePools = offer is null ? null : [new HostStoragePool { Name = offer, Ready = true }],
                    Networks = offer is null ? null : [new HostNetwork { Name = offer, Ready = true }],
                },
            },
            new ApplyOptions("test-status"),
            TestContext.Current.CancellationToken);
        return name;
    }
}
