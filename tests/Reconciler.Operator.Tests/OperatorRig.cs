using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Operator.Tests.Devices;
using Reconciler.Runtime.Hosting;
using Reconciler.Testing;

namespace Reconciler.Operator.Tests;

/// <summary>The whole operator on the embedded store, under virtual time.</summary>
internal sealed class OperatorRig : IDisposable
{
    /// <summary>Of operator and agents.</summary>
    public const string Namespace = "reconciler";

    private static readonly ApplyOptions AsUser = new("user");
    private readonly VirtualTime _time;
    private IHost? _host;

    private OperatorRig(VirtualTime time)
    {
        _time = time;
        Store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = time });
        Client = new InterceptedClient(Store);
    }

    /// <summary>What the API server holds.</summary>
    public EmbeddedStore Store { get; }

    /// <summary>How the operator reaches it.</summary>
    public InterceptedClient Client { get; private set; }

    /// <summary>How far the clocks of the hosts are ahead.</summary>
    public TimeSpan HostClock { get; set; }

    /// <summary>The image of the hosts' guards; null: there are none.</summary>
    public string? GuardImage { get; set; }

    /// <summary>What the operator has complained of.</summary>
    public ErrorLog Errors { get; } = new();

    public static void Run(Func<OperatorRig, Task> scenario) => VirtualLoop.Run(
        async time =>
        {
            using var rig = new OperatorRig(time);
            await scenario(rig);
            await rig.StopOperatorAsync();
        },
        TimeSpan.FromHours(2));

    /// <summary>Of the operator that runs.</summary>
    public IServiceProvider Services => _host!.Services;

    public async Task StartOperatorAsync(Action<OperatorBuilder>? configure = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddKubernetesClient(Client);
        builder.Services.AddLogging(logging => logging.AddProvider(Errors));
        var @operator = builder.AddKubernetesOperator(settings => settings.Name = XenApi.OperatorFieldManager).RegisterComponents(Namespace, GuardImage);
        configure?.Invoke(@operator);
        var host = builder.Build();
        foreach (var service in host.Services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        _host = host;
    }

    public async Task StopOperatorAsync()
    {
        if (_host is not { } host) return;
        _host = null;
        foreach (var service in host.Services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
        host.Dispose();
    }

    /// <summary>Lets virtual time pass until it holds; fails when that takes more than ten minutes of it.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var waited = TimeSpan.Zero; waited < TimeSpan.FromMinutes(10); waited += Step)
        {
            if (await holds()) return;
            await Task.Delay(Step, _time);
        }

        throw new TimeoutException($"It did not come to hold. Writes: {string.Join("; ", Client.Writes)}");
    }

    public Task PassAsync(TimeSpan time) => Task.Delay(time, _time);

    public async Task UntilAsync(string name, Func<Domain, bool> holds)
    {
        try
        {
            await UntilAsync(async () => await DomainAsync(name) is { } domain && holds(domain));
        }
        catch (TimeoutException e)
        {
            var conditions = (await DomainAsync(name))?.Status?.Conditions?.Select(c => $"{c.Type}={c.Status} {c.Reason} {c.Message}");
            throw new TimeoutException($"{name}: {string.Join("; ", conditions ?? [])}. {e.Message}", e);
        }
    }

    public Task UntilGoneAsync(string name) => UntilAsync(async () => await DomainAsync(name) is null);

    public Task UntilPlacedAsync(string name) => UntilAsync(name, domain => HostLabel(domain) is not null);

    public Task<Domain?> DomainAsync(string name) => Store.GetAsync<Domain>(name, "default", CancellationToken.None);

    /// <summary>The condition Placed of each: "True Placed"; empty where there is none yet.</summary>
    public async Task<IReadOnlyList<string>> PlacedAsync(params string[] names) =>
        [.. (await Task.WhenAll(names.Select(DomainAsync))).Select(domain => Condition(domain!, PlacedCondition.Type))];

    public static string? HostLabel(Domain domain) => domain.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel);

    public static string Condition(Domain domain, string type) =>
        domain.Status?.Conditions.Find(type) is { } condition ? $"{condition.Status} {condition.Reason}" : "";

    public static string Message(Domain domain, string type) => domain.Status?.Conditions.Find(type)?.Message ?? "";

    public Task<Domain> ApplyDomainAsync(string name, string memory = "512Mi", string? hostName = null, PowerState? powerState = null, int? vcpus = null) => Store.ApplyAsync(
        new Domain
        {
            Metadata = new ObjectMeta { Namespace = "default", Name = name },
            Spec = new DomainSpec
            {
                PowerState = powerState,
                Memory = new MemorySpec { Size = memory },
                Cpu = vcpus is null ? null : new CpuSpec { Vcpus = vcpus },
                Boot = new BootSpec { Kernel = "/boot/vmlinuz" },
                Placement = hostName is null ? null : new PlacementSpec { HostName = hostName },
            },
        },
        AsUser,
        CancellationToken.None);

    /// <summary>Changes the spec of a domain, as its user.</summary>
    public async Task ChangeDomainAsync(string name, Func<DomainSpec, DomainSpec> change)
    {
        var domain = (await DomainAsync(name))!;
        await Store.ApplyAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = "default", Name = name }, Spec = change(domain.Spec!) }, AsUser, CancellationToken.None);
    }

    public Task DeleteDomainAsync(string name) => Store.DeleteAsync<Domain>(name, "default", new DeleteOptions(), CancellationToken.None);

    /// <summary>A domain that runs on the host that it was placed on, says its agent.</summary>
    public async Task RunDomainAsync(string name, string? hostName = null)
    {
        await ApplyDomainAsync(name, hostName: hostName);
        await UntilPlacedAsync(name);
        await ReportAsync(name, "True", "Running");
    }

    /// <summary>Starts the operator with hosts whose agents renew their Leases now, for the last time unless the test does it.</summary>
    public async Task StartWithHostsAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await ApplyHostAsync(name);
            await RenewLeaseAsync(name);
        }

        await StartOperatorAsync();
    }

    /// <summary>Makes a host, or changes what its agent reports. The agent is good for a day without a sign of life.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="free">Its free memory.</param>
    /// <param name="ready">The status of its condition Ready.</param>
    /// <param name="maintenance">Whether it is to be emptied.</param>
    /// <param name="seesPool">Whether it reports the pool called pool, as ready.</param>
    public async Task ApplyHostAsync(string name, string free = "4Gi", string ready = "True", bool maintenance = false, bool seesPool = true)
    {
        await RenewLeaseAsync(name, TimeSpan.FromDays(1));
        await Store.ApplyAsync(
            new XenHost { Metadata = new ObjectMeta { Name = name }, Spec = new XenHostSpec { Schedulable = true, Maintenance = maintenance } }, AsUser, CancellationToken.None);
        await ReportHostAsync(name, free, ready);
        if (seesPool) await this.ReportPoolAsync(name, ready: true);
    }

    /// <summary>What the agent of a host writes of it, whatever becomes of its Lease.</summary>
    public Task ReportHostAsync(string name, string free = "4Gi", string ready = "True") => Store.ApplyStatusAsync(
        new XenHost
        {
            Metadata = new ObjectMeta { Name = name },
            Status = new XenHostStatus
            {
                Conditions = [((IReadOnlyList<Condition>?)null).Next(HostReadyCondition.Type, ready, "Reported", "", 1, _time.GetUtcNow())],
                BootId = "boot-1",
                Cpus = 8,
                GuestTypes = ["PVH", "PV"],
                Memory = new HostMemory { Total = "16Gi", Free = free, MeasuredAt = _time.GetUtcNow() + HostClock },
                Networks = [new HostNetwork { Name = "lan", Ready = true }],
            },
        },
        new ApplyOptions(XenApi.AgentStatusFieldManager),
        CancellationToken.None);

    /// <summary>A sign of life.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="duration">How long it is good for; null: as long as an agent says.</param>
    /// <param name="clock">How far the host's clock is ahead.</param>
    public Task RenewLeaseAsync(string host, TimeSpan? duration = null, TimeSpan clock = default) => Store.ApplyAsync(
        new Lease
        {
            Metadata = new ObjectMeta { Namespace = Namespace, Name = HostLease.NameOf(host) },
            Spec = new LeaseSpec { LeaseDurationSeconds = (int)(duration ?? HostLease.Duration).TotalSeconds, RenewTime = _time.GetUtcNow() + clock },
        },
        new ApplyOptions(XenApi.AgentFieldManager),
        CancellationToken.None);

    /// <summary>Lets time pass in which an agent gives signs of life.</summary>
    /// <param name="host">Whose.</param>
    /// <param name="time">How long.</param>
    /// <param name="period">From one to the next; null: as an agent does.</param>
    public async Task RenewForAsync(string host, TimeSpan time, TimeSpan? period = null)
    {
        var step = period ?? HostLease.RenewPeriod;
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            await RenewLeaseAsync(host);
            await PassAsync(step);
        }
    }

    public Task DeleteLeaseAsync(string host) => Store.DeleteAsync<Lease>(HostLease.NameOf(host), Namespace, new DeleteOptions(), CancellationToken.None);

    /// <summary>Makes a Node, or changes it.</summary>
    public Task ApplyNodeAsync(string name, bool cordoned = false, params string[] taints) => Store.ApplyAsync(
        new Node
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new NodeSpec { Unschedulable = cordoned, Taints = [.. taints.Select(key => new Taint { Key = key, Effect = "NoSchedule" })] },
        },
        AsUser,
        CancellationToken.None);

    /// <summary>Confirms that a host is powered off, as kubectl xen fence does, for the silence that it is in now.</summary>
    public async Task FenceAsync(string name, string? bootId = null, TimeSpan later = default)
    {
        var host = (await HostAsync(name))!;
        await Store.ApplyAsync(
            new XenHost
            {
                Metadata = new ObjectMeta { Name = name },
                Spec = new XenHostSpec
                {
                    Fence = new FenceSpec
                    {
                        BootId = bootId ?? host.Status!.BootId!,
                        SilentSince = host.Status!.Conditions.Find(HostReadyCondition.Type)!.LastTransitionTime + later,
                        ConfirmedBy = "kim",
                    },
                },
            },
            new ApplyOptions("kubectl-xen"),
            CancellationToken.None);
    }

    public static string Condition(XenHost? host, string type) =>
        host?.Status?.Conditions.Find(type) is { } condition ? $"{condition.Status} {condition.Reason}" : "";

    public Task UntilHostAsync(string name, Func<XenHost, bool> holds) => UntilAsync(async () => await HostAsync(name) is { } host && holds(host));

    public Task<XenHost?> HostAsync(string name) => Store.GetAsync<XenHost>(name, null, CancellationToken.None);

    public Task DeleteHostAsync(string name) => Store.DeleteAsync<XenHost>(name, null, new DeleteOptions(), CancellationToken.None);

    /// <summary>What the agent of its host writes of a domain.</summary>
    public async Task ReportAsync(string name, string ready, string reason)
    {
        var domain = (await DomainAsync(name))!;
        await Store.ApplyStatusAsync(
            new Domain
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = name },
                Status = new DomainStatus
                {
                    ObservedGeneration = domain.Metadata.Generation,
                    Conditions = [(domain.Status?.Conditions).Next(ReadyCondition.Type, ready, reason, "", domain.Metadata.Generation, _time.GetUtcNow())],
                },
            },
            new ApplyOptions(XenApi.AgentStatusFieldManager),
            CancellationToken.None);
    }

    /// <summary>What the agent of a host does about a domain that is to leave it: says that nothing of it is left there.</summary>
    public async Task VacateAsync(string name, string host)
    {
        var domain = (await DomainAsync(name))!;
        await Store.ApplyStatusAsync(
            new Domain
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = name },
                Status = new DomainStatus
                {
                    ObservedGeneration = domain.Metadata.Generation,
                    Vacated = new DomainVacated { Host = host, Since = domain.Status!.Move!.Since },
                    Conditions = [(domain.Status?.Conditions).Next(ReadyCondition.Type, ConditionStatus.False, ReadyCondition.Vacated, "", domain.Metadata.Generation, _time.GetUtcNow())],
                },
            },
            new ApplyOptions(XenApi.AgentStatusFieldManager),
            CancellationToken.None);
    }

    /// <summary>The events about a domain: "Warning NoHost".</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string name) =>
    [
        .. (await Store.ListAsync<Event>(new ListOptions { Namespace = "default" }, CancellationToken.None)).Items
            .Where(e => e.Regarding?.Name == name).Select(e => $"{e.Type} {e.Reason}"),
    ];

    public void Dispose() => Store.Dispose();

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);
}
