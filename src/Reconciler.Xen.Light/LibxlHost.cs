using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Worker.Pool;
using Reconciler.Xen.Light.Worker.Protocol;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light;

/// <summary>
/// The real Xen host: libxenlight in worker processes acts and looks, xenstore has names, requests, devices and hints (and is
/// written to request a detach alone: docs/decisions/0010).
/// </summary>
/// <remarks>Needs root in domain 0, <c>/dev/xen</c>, <c>/run/xenstored</c> (or <c>/dev/xen/xenbus</c>), <c>/var/lib/xen</c>, <c>/run/xen</c>
/// and the libraries of the running hypervisor's version. What of it is missing is said by the first call, as
/// <see cref="XenErrorCode.Unavailable"/>, and looked for again by later ones.</remarks>
public sealed partial class LibxlHost : IXenHost
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    private readonly LibxlHostOptions _options;
    private readonly TimeProvider _time;
    private readonly WorkerPool _workers;
    private readonly XenstoreClient _xenstore;
    private volatile string? _numaUnknown;

    /// <summary>Starts the workers and the connection to xenstored in the background; nothing is waited for.</summary>
    public LibxlHost(LibxlHostOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _workers = new WorkerPool(options.Workers, time);
        _xenstore = XenstoreClient.Start(new XenstoreClientOptions { Path = options.XenstorePath, TimeProvider = time });
    }

    /// <remarks>Without xenstored there are no hints and no names: domains run on, and nothing is done to them.</remarks>
    public string? NotReadyReason =>
        _xenstore.State is XenstoreConnectionState.Connected ? null : $"no connection to xenstored: {_xenstore.DisconnectReason?.Message ?? "not made yet"}";

    /// <remarks>A worker that could not leave the pod's cgroup; NUMA nodes of which libxl does not tell.</remarks>
    public IReadOnlyList<string> Degradations => [.. new[] { _workers.LastReady?.CgroupError, _numaUnknown }.OfType<string>()];

    /// <summary>Workers that were given up since this was opened.</summary>
    public WorkerLosses WorkerLosses => _workers.Losses;

    public async Task<HostFacts> DescribeAsync(CancellationToken cancellationToken)
    {
        var host = (await CallAsync(new DescribeRequest(), _options.Limits.Describe, cancellationToken)).Host!;
        _numaUnknown = host.NumaNodes > 0 && host.Numa.Count == 0
            ? $"memory and CPUs of its NUMA nodes ({host.NumaNodes}) are not known: {_workers.LastReady?.Soname} does not tell (libxl_get_numainfo, libxl_node_to_cpumap)"
            : null;
        return new HostFacts
        {
            XenVersion = host.XenVersion,
            GuestTypes = GuestTypesOf(host),
            Cpus = host.Cpus,
            NumaNodes = host.NumaNodes,
            Numa = host.Numa,
            Capabilities = host.Capabilities,
            CpuFeatures = host.CpuFeatures,
            TotalMemoryKiB = host.TotalMemoryKiB,
            FreeMemoryKiB = host.FreeMemoryKiB,
            BootId = (await File.ReadAllTextAsync(BootIdFile, cancellationToken)).Trim(),
            Adapter = "libxl",
            Toolstack = _workers.LastReady?.Soname,
        };
    }

    public async Task<IReadOnlyList<HostObjection>> CheckAsync(DesiredDomain domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var (objections, boot, resolved) = Objections(domain);
        if (await TypeObjectionAsync(domain.Type, cancellationToken) is { } type)
        {
            objections.Add(type);
            return objections;
        }
        try
        {
            await CallAsync(new CheckRequest(DomainConfiguration.ToJson(resolved, boot)), _options.Limits.Check, cancellationToken);
        }
        catch (XenException e) when (e.Code is XenErrorCode.InvalidConfiguration)
        {
            objections.Add(new HostObjection("", "ConfigurationNotSupported", $"This host's toolstack does not take the configuration: {e.Detail}"));
        }
        return objections;
    }

    /// <remarks>Files and bridges are checked again, and libxl gets the paths that were checked, with no link in them to be turned elsewhere.</remarks>
    public async Task<int> CreatePausedAsync(DesiredDomain domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var (objections, boot, resolved) = Objections(domain);
        if (objections is [var objection, ..]) throw FileNotUsable("create-paused", objection);

        var now = _time.GetUtcNow();
        DomainMark mark = new()
        {
            Uuid = domain.Uuid,
            Namespace = domain.Namespace,
            Name = domain.Name,
            Generation = domain.Generation,
            BootedWith = domain,
            Devices = [.. domain.Disks.Select(disk => DeviceMark.Of(disk, now)), .. domain.Nics.Select(nic => DeviceMark.Of(nic, now))],
            CreatedAt = now,
        };
        CreateRequest request = new(DomainConfiguration.ToJson(resolved, boot), mark);
        try
        {
            return (await CallAsync(request, _options.Limits.CreatePaused, cancellationToken)).Domid!.Value;
        }
        catch (XenException e) when (e.Code is XenErrorCode.InvalidConfiguration)
        {
            // libxl names the place in its own source that gave up, and not the file.
            throw new XenException(
                e.Code,
                e.Operation,
                $"no {domain.Type.ToString().ToUpperInvariant()} domain can be built of boot.kernel {domain.Boot.Kernel}: it is damaged, or made for another type of guest. {e.Detail}",
                e.InnerException);
        }
    }

    public Task UnpauseAsync(DomainRef domain, CancellationToken cancellationToken) =>
        CallAsync(new UnpauseRequest(domain, _time.GetUtcNow()), _options.Limits.Unpause, cancellationToken);

    public Task PauseAsync(DomainRef domain, CancellationToken cancellationToken) =>
        CallAsync(new PauseRequest(domain), _options.Limits.Pause, cancellationToken);

    public Task RequestShutdownAsync(DomainRef domain, CancellationToken cancellationToken) =>
        CallAsync(new ShutdownRequest(domain, _time.GetUtcNow()), _options.Limits.RequestShutdown, cancellationToken);

    public Task WithdrawShutdownAsync(DomainRef domain, CancellationToken cancellationToken) =>
        CallAsync(new WithdrawShutdownRequest(domain), _options.Limits.WithdrawShutdown, cancellationToken);

    public Task DestroyAsync(DomainRef domain, CancellationToken cancellationToken) =>
        CallAsync(new DestroyRequest(domain), _options.Limits.Destroy, cancellationToken);

    public Task AttachDiskAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(disk);
        if (Disks.Check(disk, _options.Policy, out var resolved) is { } objection) throw FileNotUsable("attach-device", objection);
        return CallAsync(new AttachRequest(domain, DeviceMark.Of(disk, _time.GetUtcNow()), DiskConfiguration.ToJson(resolved)), _options.Limits.Attach, cancellationToken);
    }

    public Task AttachNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nic);
        if (Bridges.Check(nic, _options.Policy) is { } objection) throw FileNotUsable("attach-device", objection);
        return CallAsync(new AttachRequest(domain, DeviceMark.Of(nic, _time.GetUtcNow()), NicConfiguration.ToJson(nic)), _options.Limits.Attach, cancellationToken);
    }

    public Task ConfigureNicAsync(DomainRef domain, DesiredNic nic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nic);
        if (Bridges.Check(nic, _options.Policy) is { } objection) throw FileNotUsable("configure-nic", objection);
        return CallAsync(new ConfigureNicRequest(domain, nic), _options.Limits.ConfigureNic, cancellationToken);
    }

    public Task RequestDetachAsync(DomainRef domain, DeviceRef device, CancellationToken cancellationToken) =>
        CallAsync(new RequestDetachRequest(domain, device, _time.GetUtcNow()), _options.Limits.RequestDetach, cancellationToken);

    public Task DetachAsync(DomainRef domain, DeviceRef device, bool force, CancellationToken cancellationToken) =>
        CallAsync(new DetachRequest(domain, device, force), _options.Limits.Detach, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _workers.DisposeAsync();
        await _xenstore.DisposeAsync();
    }

    /// <summary>What the policy and the host's files and bridges have against a domain; and its files, free of links.</summary>
    private (List<HostObjection> Objections, DirectBoot Boot, DesiredDomain Resolved) Objections(DesiredDomain domain)
    {
        List<HostObjection> objections = [.. BootFiles.Check(domain.Boot, _options.Policy, out var boot)];
        ValueList<DesiredDisk> disks = [];
        foreach (var disk in domain.Disks)
        {
            if (Disks.Check(disk, _options.Policy, out var resolved) is { } objection) objections.Add(objection);
            disks.Add(resolved);
        }
        objections.AddRange(domain.Nics.Select(nic => Bridges.Check(nic, _options.Policy)).OfType<HostObjection>());
        return (objections, boot, domain with { Disks = disks });
    }

    private static XenException FileNotUsable(string operation, HostObjection objection) =>
        new(XenErrorCode.FileNotUsable, operation, $"{objection.Field}: {objection.Message}");

    private async Task<HostObjection?> TypeObjectionAsync(DomainType type, CancellationToken cancellationToken)
    {
        if (DomainConfiguration.TypeName(type) is null)
            return new HostObjection("type", "TypeNotSupported", $"{type} is not built by this version. Use PVH or PV.");
        var host = (await CallAsync(new DescribeRequest(), _options.Limits.Describe, cancellationToken)).Host!;
        return GuestTypesOf(host).Contains(type)
            ? null
            : new HostObjection("type", "TypeNotSupported", $"This host's hypervisor can't run {type} domains, only {string.Join(", ", GuestTypesOf(host))}. {RemedyFor(type)}");
    }

    private static string RemedyFor(DomainType type) => type is DomainType.Pv
        ? "It was built without CONFIG_PV."
        : "Enable virtualisation (VT-x, AMD-V) in the firmware, or use PV.";

    private static List<DomainType> GuestTypesOf(HostReport host)
    {
        List<DomainType> types = [];
        if (host.RunsHvm) types.AddRange([DomainType.Pvh, DomainType.Hvm]);
        if (host.RunsPv) types.Add(DomainType.Pv);
        return types;
    }

    private Task<WorkerReply> CallAsync(WorkerRequest request, TimeSpan limit, CancellationToken cancellationToken) =>
        _workers.CallAsync(request, limit, cancellationToken);
}
