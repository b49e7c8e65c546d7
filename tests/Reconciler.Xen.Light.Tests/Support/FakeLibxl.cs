using System.Text.Json;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Tests.Support;

/// <summary>A hypervisor's domains in memory, behind libxl's own words. Ends "the process" before or after any call, on demand.</summary>
internal sealed class FakeLibxl : ILibxl
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

        public bool Asked { get; set; }
    }

    public sealed class ProcessEnded : Exception;

    private int _nextDomid = 1;

    public List<Domain> Domains { get; } = [];

    /// <summary>Calls that changed something, in order.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The process ends before the call with this number (2n) or right after it (2n+1); null: never.</summary>
    public int? EndAt { get; set; }

    /// <summary>The function that fails, with its result.</summary>
    public (string Function, int Result)? Failure { get; set; }

    /// <summary>Whether guests can see a request.</summary>
    public bool GuestListens { get; set; } = true;

    public int Reopened { get; private set; }

    public long FreePages { get; set; } = 1 << 20;

    /// <summary>Whether the hypervisor can run PV guests; PVH it can.</summary>
    public bool RunsPv { get; set; } = true;

    public string Physinfo() => $$"""{"nr_cpus":4,"total_pages":2097152,"free_pages":{{FreePages}},"outstanding_pages":1024,"cap_hvm":true,"cap_pv":{{(RunsPv ? "true" : "false")}}}""";

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

    public void Reopen() => Reopened++;

    public Domain? Find(int domid) => Domains.Find(d => d.Domid == domid);

    /// <summary>What a person does with <c>xl</c>.</summary>
    public Domain AddByHand(Guid uuid, string name)
    {
        Domain domain = new() { Uuid = uuid, Domid = _nextDomid++, Name = name, Paused = false, CpuTime = 1 };
        Domains.Add(domain);
        return domain;
    }

    private void Act(string call, Action act)
    {
        var number = Calls.Count;
        if (EndAt == 2 * number) throw new ProcessEnded();
        if (Failure is { } failure && failure.Function == call) throw new LibxlException(failure.Function, failure.Result);
        Calls.Add(call);
        act();
        if (EndAt == (2 * number) + 1) throw new ProcessEnded();
    }
}
