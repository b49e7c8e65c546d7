using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.HostLife.Stopping;
using Reconciler.Api.Domains;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.HostLife;

/// <summary>A simulated host with domains of ours on it, what is kept of them, and what was done to them and when; nobody but the host's own programs works on it.</summary>
internal sealed class HostRig : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hostlife-").FullName;
    private readonly VirtualTime _time;

    public HostRig(VirtualTime time, SimulatedHostOptions? options = null)
    {
        _time = time;
        Host = new SimulatedHost(options ?? SimulatedHostOptions.Lifelike, time);
        Kept = KeptDomains.Open(KeptPath);
        Host.Faults.Passing = point =>
        {
            if (point.Uuid is not { } uuid) return;
            if (point.Operation == HostOperation.RequestShutdown) AskedAt.TryAdd(uuid, time.Elapsed);
            if (point.Operation == HostOperation.Destroy) GoneAt[uuid] = time.Elapsed;
            if (point.Operation == HostOperation.Unpause) StartedAt.TryAdd(uuid, time.Elapsed);
        };
    }

    public SimulatedHost Host { get; }

    public KeptDomains Kept { get; private set; }

    public HostStopMark Mark => new(Path.Combine(_directory, "host-stopping"));

    public string KeptPath => Path.Combine(_directory, "domains");

    /// <summary>When each was first asked to power off, since the clock's start.</summary>
    public Dictionary<Guid, TimeSpan> AskedAt { get; } = [];

    /// <summary>When what was left of each was cleared away, or it was destroyed.</summary>
    public Dictionary<Guid, TimeSpan> GoneAt { get; } = [];

    /// <summary>When each was first let run.</summary>
    public Dictionary<Guid, TimeSpan> StartedAt { get; } = [];

    /// <summary>What was said.</summary>
    public List<string> Said { get; } = [];

    public async Task<string> BootIdAsync() => (await Host.DescribeAsync(CancellationToken.None)).BootId;

    /// <summary>Keeps a domain, and lets it run.</summary>
    public async Task<KeptDomain> RunAsync(string name, DomainSpec? spec = null, string? guest = null)
    {
        var kept = await KeepAsync(name, spec, guest);
        await StartAsync(kept);
        return kept;
    }

    public async Task StartAsync(KeptDomain kept)
    {
        var domid = await Host.CreatePausedAsync(kept.Desired, CancellationToken.None);
        await Host.UnpauseAsync(new DomainRef(kept.Desired.Uuid, domid), CancellationToken.None);
    }

    /// <param name="name">Its name.</param>
    /// <param name="spec">What of the spec matters here; null: the defaults.</param>
    /// <param name="guest">How its guest behaves (<see cref="GuestCmdline"/>).</param>
    public async Task<KeptDomain> KeepAsync(string name, DomainSpec? spec = null, string? guest = null)
    {
        var desired = new DesiredDomain
        {
            Uuid = Guid.NewGuid(), Namespace = "shop", Name = name, Generation = 1, Type = Xen.Host.DomainType.Pvh, Vcpus = 1, MemoryKiB = 65536,
            Boot = new DirectBoot("/boot/vmlinuz", null, guest), Power = DesiredPower.Running,
        };
        var kept = KeptDomain.Of(spec ?? Spec(), desired, null, await BootIdAsync());
        Kept.Keep(kept);
        return kept;
    }

    public static DomainSpec Spec(int order = 0, int delay = 0, int grace = 120, ShutdownTimeoutAction onTimeout = ShutdownTimeoutAction.Destroy) => new()
    {
        Memory = new MemorySpec { Size = "64Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" },
        StartOrder = new StartOrderSpec { Order = order, DelaySeconds = delay }, Shutdown = new ShutdownSpec { GracePeriodSeconds = grace, OnTimeout = onTimeout },
    };

    /// <summary>As a process of its own: it reads what is kept anew.</summary>
    public async Task<HostStopResult> StopAsync(TimeSpan? budget = null, CancellationToken cancellationToken = default)
    {
        Kept = KeptDomains.Open(KeptPath);
        using var stop = new HostStop(Host, Kept, Mark, _time, Said.Add);
        return await stop.RunAsync(budget ?? TimeSpan.FromMinutes(5), cancellationToken);
    }

    public async Task<IReadOnlyList<string>> RunningAsync() =>
        [.. (await Host.ObserveAllAsync(CancellationToken.None)).Where(d => d.State is RunState.Running or RunState.Paused).Select(d => d.XenName!).Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
