using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Cli.Planning;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Cli.Tests.Planning;

/// <summary>A store with hosts and domains, and plans made by what is in it.</summary>
internal sealed class PlanLab : IDisposable
{
    public EmbeddedStore Store { get; } = EmbeddedStore.InMemory(new EmbeddedStoreOptions());

    public StringWriter Output { get; } = new();

    public StringWriter Error { get; } = new();

    /// <summary>What was printed, line by line.</summary>
    public string[] Lines => Output.ToString().TrimEnd('\n').Split('\n');

    /// <summary>A host of 16Gi that is ready and sees pool fast and network lan.</summary>
    public async Task HostAsync(string name, string free, Func<XenHostStatus, XenHostStatus>? change = null)
    {
        await Store.ApplyAsync(new XenHost { Metadata = new ObjectMeta { Name = name }, Spec = new XenHostSpec() }, new ApplyOptions("admin"), Token);
        var status = new XenHostStatus
        {
            Cpus = 8,
            GuestTypes = ["PV", "PVH"],
            Memory = new HostMemory { Total = "16Gi", Free = free, MeasuredAt = DateTimeOffset.UnixEpoch.AddDays(1) },
            StoragePools = [new HostStoragePool { Name = "fast", Ready = true, Reason = "Ready" }],
            Networks = [new HostNetwork { Name = "lan", Ready = true, Reason = "Ready" }],
            Conditions = [Ready(ConditionStatus.True, HostReadyCondition.Ready, "")],
        };
        await Store.ApplyStatusAsync(new XenHost { Metadata = new ObjectMeta { Name = name }, Status = change is null ? status : change(status) }, new ApplyOptions("agent"), Token);
    }

    public static Condition Ready(string status, string reason, string message) => new()
    {
        Type = HostReadyCondition.Type, Status = status, Reason = reason, Message = message, LastTransitionTime = DateTimeOffset.UnixEpoch,
    };

    /// <summary>A Domain of the cluster that runs on a host, and did so when the host was measured.</summary>
    public async Task<Domain> DomainAsync(string name, string memory, string host)
    {
        var metadata = new ObjectMeta { Namespace = "default", Name = name };
        var spec = new DomainSpec { Memory = new MemorySpec { Size = memory }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } };
        await Store.ApplyAsync(new Domain { Metadata = metadata, Spec = spec }, new ApplyOptions("user"), Token);
        var status = new DomainStatus { Host = host, Domid = 7, CreatedAt = DateTimeOffset.UnixEpoch };
        return await Store.ApplyStatusAsync(new Domain { Metadata = metadata, Status = status }, new ApplyOptions("agent"), Token);
    }

    public Task<int> PlanAsync(string manifest, PlanOutput format = PlanOutput.Table) =>
        new PlanRun(Store, TimeProvider.System, Output, Error).RunAsync("web.yaml", manifest, "default", format, Token);

    /// <summary>The manifest of a Domain.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="memory">Its memory.</param>
    /// <param name="more">Further fields of the spec, one line each.</param>
    public static string Manifest(string name, string memory, params string[] more) => $$"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: Domain
        metadata:
          name: {{name}}
        spec:
          memory: {size: {{memory}}}
          boot: {kernel: /boot/vmlinuz}
        {{string.Join('\n', more.Select(line => $"  {line}"))}}
        ---

        """;

    public void Dispose()
    {
        Store.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
