using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>What the simulated host is like. The defaults are those of tests: no latency, nothing kept on disk.</summary>
public sealed record SimulatedHostOptions
{
    public string XenVersion { get; init; } = "4.17.0";

    public IReadOnlyList<DomainType> GuestTypes { get; init; } = [DomainType.Pvh, DomainType.Pv, DomainType.Hvm];

    /// <summary>Physical CPUs.</summary>
    public int Cpus { get; init; } = 8;

    /// <summary>CPUs and memory are spread over them evenly.</summary>
    public int NumaNodes { get; init; } = 1;

    /// <summary>Four words, as libxl tells them.</summary>
    public string CpuFeatures { get; init; } = "178bf3ff:f6d8320b:2e500800:244037ff";

    /// <summary>All memory, KiB.</summary>
    public long TotalMemoryKiB { get; init; } = 16L << 20;

    /// <summary>What the hypervisor and domain 0 hold of it, KiB.</summary>
    public long ReservedMemoryKiB { get; init; } = 1L << 20;

    /// <summary>Directories that kernels and ramdisks may be in, at any depth. Empty: anywhere.</summary>
    public IReadOnlyList<string> AllowedDirectories { get; init; } = [];

    /// <summary>Directories that disks may be in, at any depth. Empty: anywhere.</summary>
    public IReadOnlyList<string> AllowedDiskDirectories { get; init; } = [];

    /// <summary>Names of domains that may be adopted; <c>*</c>: any.</summary>
    public IReadOnlyList<string> AdoptableDomains { get; init; } = ["*"];

    /// <summary>How long each operation takes; spread over its micro-steps.</summary>
    public Func<HostOperation, TimeSpan> Latency { get; init; } = static _ => TimeSpan.Zero;

    /// <summary>How many creates, attaches and detaches are at work at the same time; the others wait, and can be cancelled while they do.</summary>
    public int LongOperationsAtOnce { get; init; } = int.MaxValue;

    /// <summary>How long the hypervisor tears a domain down: it is dying for that long.</summary>
    public TimeSpan Teardown { get; init; }

    /// <summary>When a hanging operation's worker is killed.</summary>
    public TimeSpan OperationLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How guests behave that don't choose it themselves (<see cref="GuestCmdline"/>).</summary>
    public GuestBehavior Guest { get; init; } = new();

    /// <summary>
    /// The file that the host's state is kept in, so that its guests outlive this process; null: nothing is kept. One process at a time.
    /// </summary>
    public string? StatePath { get; init; }

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults { get; init; } = new();

    /// <summary>A host at the pace of a real one, for people to try: operations, boots and shutdowns take what they take on a small machine.</summary>
    /// <remarks>New each time: the plan of its faults is of one host.</remarks>
    public static SimulatedHostOptions Lifelike => new()
    {
        TotalMemoryKiB = 64L << 20,
        Latency = static operation => operation switch
        {
            HostOperation.CreatePaused => TimeSpan.FromMilliseconds(600),
            HostOperation.Destroy => TimeSpan.FromMilliseconds(250),
            HostOperation.Unpause or HostOperation.Pause or HostOperation.RequestShutdown => TimeSpan.FromMilliseconds(100),
            HostOperation.AttachDisk or HostOperation.AttachNic or HostOperation.Detach => TimeSpan.FromMilliseconds(150),
            _ => TimeSpan.FromMilliseconds(5),
        },
        Teardown = TimeSpan.FromMilliseconds(500),
        Guest = new GuestBehavior
        {
            Boot = TimeSpan.FromSeconds(2),
            AckDelay = TimeSpan.FromMilliseconds(100),
            ShutdownDelay = TimeSpan.FromSeconds(1),
            ConnectDelay = TimeSpan.FromMilliseconds(50),
            LetGoDelay = TimeSpan.FromMilliseconds(100),
        },
    };
}
