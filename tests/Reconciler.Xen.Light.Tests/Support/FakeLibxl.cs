using System.Text.Json;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Tests.Support;

/// <summary>A hypervisor's domains in memory, behind libxl's own words. Ends "the process" before or after any call, on demand.</summary>
internal sealed class FakeLibxl : ILibxl, IDeviceStore
{
    public sealed class Domain
    {
        public required Guid Uuid { get; init; }

        public required int Domid { get; init; }

        public string? Name { get; set; }

        public bool Paused { get; set; } = true;

        public bool Dying { get; set; }

        public string? ShutdownReason { get; set; }

        public long CpuTime { get; set; }

        public byte[]? Userdata { get; set; }

        /// <summary>What libxl has of it, of one that somebody else made.</summary>
        public string Configuration { get; init; } = "{}";

        public bool IsLibvirts { get; init; }

        public bool Asked { get; set; }

        public List<DeviceNodes> Devices { get; } = [];

        public bool HasQemu { get; set; }

        public Dictionary<int, string?> Rates { get; } = [];
    }

    public sealed class ProcessEnded : Exception;

    private int _nextDomid = 1;

    public List<Domain> Domains { get; } = [];

    /// <summary>Calls that changed something, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The process ends before the call with this number (2n) or right after it (2n+1); null: never.</summary>
    public int? EndAt { get; set; }

    /// <summary>The function that fails, with its result.</summary>
    public (string Function, int Result)? Failure
    {
        get => Failures is [var first, ..] ? first : null;
        set => Failures = value is { } failure ? [failure] : [];
    }

    /// <summary>The functions that fail, each with its result.</summary>
    public IReadOnlyList<(string Function, int Result)> Failures { get; set; } = [];

    /// <summary>Whether guests can see a request.</summary>
    public bool GuestListens { get; set; } = true;

    public int Reopened { get; private set; }

    public long FreePages { get; set; } = 1 << 20;

    /// <summary>Whether the hypervisor can run PV guests; PVH it can.</summary>
    public bool RunsPv { get; set; } = true;

    public string Physinfo() => $$"""{"nr_cpus":4,"nr_nodes":2,"hw_cap":[395066367,4141363723,0,4294967295],"cap_hap":true,"cap_hvm_directio":true,"total_pages":2097152,"free_pages":{{FreePages}},"outstanding_pages":1024,"cap_hvm":true,"cap_pv":{{(RunsPv ? "true" : "false")}}}""";

    public IReadOnlyList<NumaNode> NumaNodes() => [new(0, 6 << 20, 2), new(1, 2 << 20, 2)];

    public string VersionInfo() => """{"xen_version_major":4,"xen_version_minor":17,"xen_version_extra":".7","pagesize":4096}""";

    public IReadOnlyList<VmId> ListVms() => [.. Domains.Select(d => new VmId(d.Uuid, d.Domid))];

    public string? DomainInfo(int domid) => Find(domid) is { } d
        ? JsonSerializer.Serialize(new Dictionary<string, object?>
        {
            ["uuid"] = d.Uuid,
            ["domid"] = d.Domid,
            ["paused"] = d.Paused,
            ["shutdown"] = d.ShutdownReason is not null,
            ["shutdown_reason"] = d.ShutdownReason,
            ["dying"] = d.Dying,
            ["current_memkb"] = 196608,
            ["cpu_time"] = d.CpuTime,
            ["vcpu_online"] = 1,
        })
        : null;

    public int? DomidOfName(string name) => Domains.Find(d => d.Name == name)?.Domid;

    public string Configuration(int domid) => Find(domid) is { } d ? d.Configuration : throw new LibxlException("libxl_retrieve_domain_configuration", (int)LibxlErrorCode.ERROR_FAIL);

    public bool IsLibvirts(int domid) => Find(domid)?.IsLibvirts == true;

    public string? ReadBack(string configuration, bool quiet) => configuration;

    public int Create(string configuration)
    {
        using var json = JsonDocument.Parse(configuration);
        var create = json.RootElement.GetProperty("c_info");
        Domain made = new() { Uuid = create.GetProperty("uuid").GetGuid(), Domid = _nextDomid++ };
        Act("create", () => Domains.Add(made));
        Act("name", () => made.Name = create.GetProperty("name").GetString());
        return made.Domid;
    }

    public void Unpause(int domid) => Act("unpause", () => (Find(domid)!.Paused, Find(domid)!.CpuTime) = (false, 1));

    public void Pause(int domid) => Act("pause", () => Find(domid)!.Paused = true);

    public bool RequestPoweroff(int domid)
    {
        if (GuestListens) Act("request", () => Find(domid)!.Asked = true);
        return GuestListens;
    }

    public void PressPowerButton(int domid) => Act("button", () => Find(domid)!.Asked = true);

    public void Destroy(int domid)
    {
        Act("destroy-pause", () => Find(domid)!.Paused = true);
        Act("destroy-userdata", () => Find(domid)!.Userdata = null);
        Act("destroy", () => Domains.RemoveAll(d => d.Domid == domid));
    }

    public byte[]? ReadUserdata(int domid) => Find(domid)?.Userdata;

    public void WriteUserdata(int domid, ReadOnlySpan<byte> data)
    {
        var copy = data.ToArray();
        Act("mark", () => Find(domid)!.Userdata = copy);
    }

    public string? ReadBack(DeviceKind kind, string configuration, bool quiet) => configuration;

    public void AddDevice(DeviceKind kind, int domid, string configuration)
    {
        var made = Parse(domid, configuration);
        if (Find(domid, made.Ref) is not null) throw new LibxlException("add", (int)LibxlErrorCode.ERROR_DEVICE_EXISTS);
        Act("device-nodes", () => Find(domid)!.Devices.Add(made));
        Act("device-hotplug", () => SetDevice(domid, made with { Backend = XenbusState.InitWait, HotplugStatus = "connected" }));
    }

    public void RemoveDevice(DeviceKind kind, int domid, string configuration, bool force)
    {
        var device = Find(domid, Parse(domid, configuration).Ref)!;
        if (!force && device.Backend is not (null or XenbusState.Closed)) throw new LibxlException("remove", (int)LibxlErrorCode.ERROR_TIMEDOUT);
        Act(force ? "device-destroy" : "device-remove", () => Find(domid)!.Devices.RemoveAll(d => d.Ref == device.Ref));
        foreach (var (function, result) in Failures)
            if (function is "device-destroyed") throw new LibxlException(function, result);
    }

    public DeviceNodes? Find(int domid, DeviceRef device) => Find(domid)?.Devices.Find(d => d.Ref == device);

    public void Close(DomainRef domain, DeviceNodes device) => Act("device-close", () => SetDevice(domain.Domid, device with { Backend = XenbusState.Closing }));

    public void SetRate(DomainRef domain, DeviceNodes device, string? rate) => Act("rate", () => Find(domain.Domid)!.Rates[device.Ref.DevId] = rate);

    public IReadOnlyList<ServedNic> ServedNics() =>
        [.. Domains.SelectMany(d => d.Devices.Where(device => device.Mac is not null).Select(device => new ServedNic(d.Domid, device.Ref.DevId, device.Mac!)))];

    public bool HasDeviceModel(int domid) => Find(domid)!.HasQemu;

    public IReadOnlyList<ServedDisk> ServedDisks() =>
        [.. Domains.SelectMany(d => d.Devices.Where(device => device.Params is not null).Select(device => new ServedDisk(d.Domid, device.Params!, device.Mode is "w", null)))];

    /// <summary>What a guest, or a driver in dom0, does with one end.</summary>
    public void SetDevice(int domid, DeviceNodes device)
    {
        var devices = Find(domid)!.Devices;
        devices[devices.FindIndex(d => d.Ref == device.Ref)] = device;
    }

    public void Reopen() => Reopened++;

    public Domain? Find(int domid) => Domains.Find(d => d.Domid == domid);

    /// <summary>What a person does with <c>xl</c>.</summary>
    public Domain AddByHand(Guid uuid, string name)
    {
        Domain domain = new() { Uuid = uuid, Domid = _nextDomid++, Name = name, Paused = false, CpuTime = 1 };
        Domains.Add(domain);
        return domain;
    }

    private static DeviceNodes Parse(int domid, string configuration)
    {
        using var json = JsonDocument.Parse(configuration);
        var isDisk = json.RootElement.TryGetProperty("vdev", out var vdev);
        DeviceRef device = isDisk
            ? new(DeviceKind.Vbd, 51712 + (16 * (vdev.GetString()![^1] - 'a')))
            : new(DeviceKind.Vif, json.RootElement.GetProperty("devid").GetInt32());
        return new DeviceNodes
        {
            Ref = device,
            BackendPath = $"/local/domain/0/backend/{(isDisk ? json.RootElement.GetProperty("backend").GetString() == "phy" ? "vbd" : "qdisk" : "vif")}/{domid}/{device.DevId}",
            Backend = XenbusState.Initialising,
            Frontend = XenbusState.Initialising,
            Params = isDisk ? json.RootElement.GetProperty("pdev_path").GetString() : null,
            Mode = isDisk ? json.RootElement.GetProperty("readwrite").GetInt32() == 1 ? "w" : "r" : null,
            Mac = isDisk ? null : json.RootElement.GetProperty("mac").GetString(),
        };
    }

    private void Act(string call, Action act)
    {
        var number = Calls.Count;
        if (EndAt == 2 * number) throw new ProcessEnded();
        foreach (var failure in Failures)
            if (failure.Function == call) throw new LibxlException(failure.Function, failure.Result);
        Calls.Add(call);
        act();
        if (EndAt == (2 * number) + 1) throw new ProcessEnded();
    }
}
