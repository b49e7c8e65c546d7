using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.Storage;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Devices;

/// <summary>An agent of a cluster on a simulated host, under virtual time; the test is the user and, for what it gives to the host, the operator.</summary>
internal sealed class AgentRig(VirtualTime time, SimulatedHostOptions? options = null) : IAsyncDisposable
{
    public const string Namespace = "shop";
    public const string Node = "xen-a";

    private IHost? _agent;
    private InterceptedClient? _client;

    /// <summary>Runs a scenario on a rig of its own, whose agent was not started; at most six hours of virtual time.</summary>
    public static void Run(Func<AgentRig, Task> scenario, SimulatedHostOptions? options = null) => Run(scenario, options, TimeSpan.FromHours(6));

    /// <summary>Runs a scenario on a rig of its own whose agent is at work, with the pool and the network that the admin offers; at most two hours of virtual time.</summary>
    public static void RunStarted(Func<AgentRig, Task> scenario, SimulatedHostOptions? options = null) => Run(
        async rig =>
        {
            await rig.OfferAsync();
            await rig.StartAsync();
            await scenario(rig);
        },
        options,
        TimeSpan.FromHours(2));

    public TimeProvider Time { get; } = time;

    /// <summary>Where the agent and the programs of the host's service meet; null: nowhere.</summary>
    public HostLifePaths? HostLife { get; init; }

    public EmbeddedStore Store { get; } = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = time });

    /// <summary>How the agent reaches the store.</summary>
    public InterceptedClient Client => _client ??= new InterceptedClient(Store);

    public SimulatedHost Host { get; } = new(options ?? SimulatedHostOptions.Lifelike, time);

    public SimulatedStorage Storage => (SimulatedStorage)_agent!.Services.GetRequiredService<IStorage>();

    public async Task StartAsync()
    {
        _agent = AgentHost.Build(
            new AgentOptions { NodeName = Node, LeaseNamespace = "reconciler", HostLife = HostLife, SystemUuid = "11111111-0000-4000-8000-000000000000" }, Client, Host, configure: components => components.Services.AddSingleton<TimeProvider>(time));
        foreach (var service in _agent.Services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
    }

    public async Task StopAsync()
    {
        foreach (var service in _agent!.Services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
        _agent.Dispose();
        _agent = null;
    }

    /// <summary>What the agent's readiness probe says against it.</summary>
    public IReadOnlyList<string> NotReadyReasons() => [.. _agent!.Services.GetRequiredService<RuntimeServices>().Health.NotReady().Select(problem => problem.ToString())];

    /// <summary>A pool "fast" in /srv/fast and a network "lan" on xenbr0.</summary>
    public async Task OfferAsync()
    {
        await Store.ApplyAsync(
            new XenStoragePool { Metadata = new ObjectMeta { Name = "fast" }, Spec = new XenStoragePoolSpec { Directory = new DirectoryPool { Path = "/srv/fast" } } },
            new ApplyOptions("admin"), CancellationToken.None);
        await Store.ApplyAsync(
            new XenNetwork { Metadata = new ObjectMeta { Name = "lan" }, Spec = new XenNetworkSpec { Bridge = "xenbr0" } }, new ApplyOptions("admin"), CancellationToken.None);
    }

    public async Task<Domain> DomainAsync(string name = "web", Func<DomainSpec, DomainSpec>? change = null)
    {
        var spec = new DomainSpec { Memory = new MemorySpec { Size = "128Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } };
        var domain = await Store.ApplyAsync(
            new Domain { Metadata = Meta(name), Spec = change?.Invoke(spec) ?? spec }, new ApplyOptions("user"), CancellationToken.None);
        return await Store.ApplyStatusAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = Namespace, Name = name }, Status = new DomainStatus { Host = Node } }, Operator, CancellationToken.None) is { } given
            ? given with { Metadata = domain.Metadata }
            : domain;
    }

    public async Task<Vbd> VbdAsync(Domain domain, string name, VbdSpec spec, bool accepted = true, bool templated = false)
    {
        var metadata = Meta(name);
        if (templated)
        {
            metadata = metadata with
            {
                OwnerReferences = [new OwnerReference { ApiVersion = Domain.Definition.ApiVersion, Kind = "Domain", Name = domain.Metadata.Name!, Uid = domain.Metadata.Uid!, Controller = true }],
            };
        }

        var vbd = await Store.ApplyAsync(new Vbd { Metadata = metadata, Spec = spec }, new ApplyOptions("user"), CancellationToken.None);
        return await AcceptAsync(vbd, domain, accepted);
    }

    public async Task<Vbd> AcceptAsync(Vbd vbd, Domain domain, bool accepted = true) => await Store.ApplyStatusAsync(
        new Vbd { Metadata = new ObjectMeta { Namespace = Namespace, Name = vbd.Metadata.Name }, Status = new VbdStatus { Host = Node, DomainUid = domain.Metadata.Uid, Conditions = [Accepted(accepted, vbd.Metadata)] } },
        Operator, CancellationToken.None);

    public async Task<Vif> VifAsync(Domain domain, string name, VifSpec spec)
    {
        var vif = await Store.ApplyAsync(new Vif { Metadata = Meta(name), Spec = spec }, new ApplyOptions("user"), CancellationToken.None);
        return await Store.ApplyStatusAsync(
            new Vif { Metadata = new ObjectMeta { Namespace = Namespace, Name = name }, Status = new VifStatus { Host = Node, DomainUid = domain.Metadata.Uid, Conditions = [Accepted(true, vif.Metadata)] } },
            Operator, CancellationToken.None);
    }

    public Task DeleteAsync<T>(string name)
        where T : class, IResource<T> => Store.DeleteAsync<T>(name, Namespace, new DeleteOptions(), CancellationToken.None);

    public Task<T?> GetAsync<T>(string name)
        where T : class, IResource<T> => Store.GetAsync<T>(name, Namespace, CancellationToken.None);

    /// <summary>Waits until the VBD is as asked, in virtual time.</summary>
    public async Task<Vbd> UntilAsync(string vbd, Predicate<Vbd> holds)
    {
        await UntilAsync(async () => await GetAsync<Vbd>(vbd) is { } now && holds(now), async () => Describe(await GetAsync<Vbd>(vbd)));
        return (await GetAsync<Vbd>(vbd))!;
    }

    public async Task<Domain> UntilDomainAsync(string name, Predicate<Domain> holds)
    {
        await UntilAsync(async () => await GetAsync<Domain>(name) is { } now && holds(now), async () => string.Join("; ", ((await GetAsync<Domain>(name))?.Status?.Conditions ?? []).Select(c => $"{c.Type}={c.Status} {c.Reason} {c.Message}")));
        return (await GetAsync<Domain>(name))!;
    }

    public Task UntilGoneAsync<T>(string name)
        where T : class, IResource<T> => UntilAsync(async () => await GetAsync<T>(name) is null, () => Task.FromResult($"{name} is still there"));

    public async Task UntilAsync(Func<Task<bool>> holds, Func<Task<string>> now)
    {
        for (var waited = TimeSpan.Zero; !await holds(); waited += TimeSpan.FromSeconds(1))
        {
            if (waited > TimeSpan.FromMinutes(10)) throw new TimeoutException($"It did not come to that: {await now()}");
            await Task.Delay(TimeSpan.FromSeconds(1), time);
        }
    }

    public async Task<ObservedDomain?> SeenAsync(string name = "web") =>
        (await Host.ObserveAllAsync(CancellationToken.None)).SingleOrDefault(d => d.XenName == $"{Namespace}.{name}");

    public static string? ReasonOf(Vbd? vbd) => vbd?.Status?.Conditions.Find(DeviceReadyCondition.Type)?.Reason;

    public static VbdSpec Made(string device, string volume, string size = "1Gi", ReclaimPolicy reclaim = ReclaimPolicy.Retain) => new()
    {
        Domain = "web", Device = device,
        Source = new VbdSource { Volume = new VolumeSource { Pool = "fast", Name = volume, Create = new VolumeCreate { Size = size }, Reclaim = reclaim } },
    };

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null) await StopAsync();
        await Host.DisposeAsync();
        Store.Dispose();
    }

    private static void Run(Func<AgentRig, Task> scenario, SimulatedHostOptions? options, TimeSpan limit) => VirtualLoop.Run(
        async time =>
        {
            await using var rig = new AgentRig(time, options);
            await scenario(rig);
        },
        limit);

    private static ApplyOptions Operator { get; } = new(XenApi.OperatorStatusFieldManager);

    private static ObjectMeta Meta(string name) => new()
    {
        Namespace = Namespace, Name = name, Finalizers = [XenApi.ReleaseFinalizer],
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [XenApi.HostLabel] = Node },
    };

    private static Condition Accepted(bool accepted, ObjectMeta metadata) => new()
    {
        Type = DeviceAcceptedCondition.Type,
        Status = accepted ? ConditionStatus.True : ConditionStatus.False,
        Reason = accepted ? DeviceAcceptedCondition.Valid : DeviceAcceptedCondition.SourceInUse,
        Message = accepted ? "" : "VBD shop/other has it",
        ObservedGeneration = metadata.Generation,
        LastTransitionTime = DateTimeOffset.UnixEpoch,
    };

    private static string Describe(Vbd? vbd) => vbd is null ? "gone" : $"{vbd.Status?.State} {ReasonOf(vbd)} {vbd.Status?.Conditions.Find(DeviceReadyCondition.Type)?.Message}";
}
