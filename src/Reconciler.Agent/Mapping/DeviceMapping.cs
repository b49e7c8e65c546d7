using Reconciler.Agent.Devices;
using Reconciler.Agent.Networking;
using Reconciler.Agent.Storage;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Devices;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>From the VBDs and VIFs of a Domain to what its domain should have.</summary>
/// <remarks>
/// <para>What is attached stays as it is while its object is not accepted, can't be mapped, is out of view, or asks for something that takes
/// a re-plug: a device is taken from a guest because its object is deleted, and for nothing else. A CD-ROM drive is the exception, whose
/// medium changes with its spec.</para>
/// <para>What can't be mapped is a problem of the one device, and keeps the Domain from starting only where it waits for that device.</para>
/// </remarks>
internal sealed class DeviceMapping(string host, IStorage storage, IBridges bridges)
{
    /// <summary>What each device that this host holds comes to.</summary>
    /// <param name="domain">The Domain; one that is being deleted gets no new devices.</param>
    /// <param name="objects">Its devices.</param>
    /// <param name="living">The domain on the host, if it is alive.</param>
    public IReadOnlyList<DeviceFinding> Map(Domain domain, DeviceObjects objects, ObservedDomain? living)
    {
        var wanted = domain.Metadata.DeletionTimestamp is null;
        var disks = new DiskMapping(host, storage, objects.Pool);
        var nics = new NicMapping(host, bridges, objects.Network);
        return [.. Held(domain, objects).Select(device => Settle(device, living, wanted, device.Vbd is null ? nics.Map : disks.Map))];
    }

    /// <summary>The devices that this host holds, with nothing said of them yet.</summary>
    public IEnumerable<DeviceFinding> Held(Domain domain, DeviceObjects objects) =>
    [
        .. objects.Vbds.Where(v => IsHeld(v.Metadata, v.Status?.Host, v.Status?.DomainUid, domain))
            .Select(v => new DeviceFinding { Vbd = v, IsAccepted = IsAccepted(v.Status?.Conditions, v.Metadata) }),
        .. objects.Vifs.Where(v => IsHeld(v.Metadata, v.Status?.Host, v.Status?.DomainUid, domain))
            .Select(v => new DeviceFinding { Vif = v, IsAccepted = IsAccepted(v.Status?.Conditions, v.Metadata) }),
    ];

    /// <summary>The desired domain with its devices, and with what it waits for.</summary>
    public static DesiredDomain AddTo(DesiredDomain desired, Domain domain, DeviceObjects objects, IReadOnlyList<DeviceFinding> findings, ObservedDomain? living)
    {
        var kept = (living?.Devices ?? []).Select(d => d.Mark).OfType<DeviceMark>()
            .Where(m => objects.OutOfView.Contains(m.ObjectUid) || IsAttachedButNotHeld(m, objects, findings) || IsMadeAgain(m, domain, objects)).ToArray();
        return desired with
        {
            Disks = [.. kept.Select(m => m.Disk).Concat(findings.Select(f => f.Disk)).OfType<DesiredDisk>().DistinctBy(d => d.DevId)],
            Nics = [.. kept.Select(m => m.Nic).Concat(findings.Select(f => f.Nic)).OfType<DesiredNic>().DistinctBy(n => n.Index)],
            Awaited = [.. DeviceGate.Awaited(domain, objects, findings)],
        };
    }

    /// <summary>How each device is to be taken from the guest, by the uid of its object.</summary>
    public static IReadOnlyDictionary<Guid, DetachPolicy> DetachPolicies(DeviceObjects objects) =>
        objects.Vbds.Select(v => (v.Metadata.Uid, v.Spec?.Detach)).Concat(objects.Vifs.Select(v => (v.Metadata.Uid, v.Spec?.Detach)))
            .Where(d => Guid.TryParse(d.Uid, out _))
            .ToDictionary(d => Guid.Parse(d.Uid!), d => new DetachPolicy(
                TimeSpan.FromSeconds(d.Detach?.TimeoutSeconds ?? DetachSpec.DefaultTimeoutSeconds), d.Detach?.OnTimeout == DetachTimeoutAction.Force));

    private static DeviceFinding Settle(
        DeviceFinding device, ObservedDomain? living, bool wanted, Func<DeviceFinding, DeviceFinding> map)
    {
        if (device.IsBeingDeleted) return device.Vbd is null ? device : map(device);
        if (!wanted) return device;
        var conditions = device.Vbd?.Status?.Conditions ?? device.Vif?.Status?.Conditions;
        var attached = living?.Devices.FirstOrDefault(d => d.Mark?.ObjectUid == device.Uid)?.Mark;
        var mapped = device.IsAccepted
            ? map(device with { IsAttached = attached is not null })
            : device with { Problem = new Problem(DeviceReadyCondition.NotAccepted, conditions.Find(DeviceAcceptedCondition.Type) is { Status: ConditionStatus.False } no ? no.Message ?? no.Reason : "This generation of the spec has not been accepted yet") };
        if (attached is null) return mapped;
        if (mapped is { Disk: null, Nic: null })
            return mapped.IsEmptyDrive && mapped.IsAccepted ? mapped : mapped with { Disk = attached.Disk, Nic = attached.Nic };

        var differences = Differences(mapped, attached);
        return differences is null || mapped.Disk is { CdRom: true } && attached.Disk is { CdRom: true }
            ? mapped
            : mapped with { Disk = attached.Disk, Nic = mapped.Nic is { } nic ? attached.Nic?.ChangedTo(nic) : null, ReplugRequired = differences };
    }

    /// <summary>By the rules of <see cref="Api.Devices.ChangeRules"/>, on what it comes to: another pool or network may lead to the same place.</summary>
    private static string? Differences(DeviceFinding wanted, DeviceMark attached)
    {
        List<string> fields = [];
        if ((wanted.Disk, attached.Disk) is ({ } disk, { } had))
        {
            if (disk.Path != had.Path || disk.Format != had.Format) fields.Add($"source ({had.Path} -> {disk.Path})");
            if (disk.CdRom != had.CdRom) fields.Add("type");
            else if (disk.ReadOnly != had.ReadOnly) fields.Add("mode");
            if (disk.DevId != had.DevId) fields.Add("device");
        }

        if ((wanted.Nic, attached.Nic) is ({ } nic, { } was))
        {
            if (nic.Mac != was.Mac) fields.Add("macAddress");
            if (nic.Mtu != was.Mtu) fields.Add("mtu");
            if (nic.Index != was.Index) fields.Add("index");
        }

        return fields.Count == 0 ? null : string.Join(", ", fields);
    }

    /// <summary>Label, decision and Domain all say that this host holds it: one alone is a decision that is not finished, or somebody's mistake.</summary>
    private bool IsHeld(ObjectMeta metadata, string? holder, string? domainUid, Domain domain) =>
        holder == host && metadata.Labels?.GetValueOrDefault(XenApi.HostLabel) == host && domainUid == domain.Metadata.Uid;

    private static bool IsAccepted(IReadOnlyList<Condition>? conditions, ObjectMeta metadata) =>
        conditions.Find(DeviceAcceptedCondition.Type) is { Status: ConditionStatus.True } accepted && accepted.ObservedGeneration == metadata.Generation;

    /// <summary>Its object is gone without ever being deleted in order (its finalizer was taken off by hand, or the state was lost), and a template asks for it: it is made again.</summary>
    private static bool IsMadeAgain(DeviceMark mark, Domain domain, DeviceObjects objects) => mark switch
    {
        { Disk: { } disk } => domain.Spec?.VbdTemplates?.Any(t => t.Device == disk.Device && disk.ObjectName == $"{domain.Metadata.Name}-{t.Device}") == true
            && objects.Vbds.All(v => v.Metadata.Name != disk.ObjectName),
        { Nic: { } nic } => domain.Spec?.VifTemplates?.Any(t => t.Index == nic.Index && nic.ObjectName == $"{domain.Metadata.Name}-vif{t.Index}") == true
            && objects.Vifs.All(v => v.Metadata.Name != nic.ObjectName),
        _ => false,
    };

    private static bool IsAttachedButNotHeld(DeviceMark mark, DeviceObjects objects, IReadOnlyList<DeviceFinding> findings) =>
        findings.All(f => f.Uid != mark.ObjectUid)
        && objects.Vbds.Select(v => v.Metadata).Concat(objects.Vifs.Select(v => v.Metadata))
            .Any(m => m.Uid == mark.ObjectUid.ToString("D") && m.DeletionTimestamp is null);
}
