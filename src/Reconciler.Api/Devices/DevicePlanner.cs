using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Devices;

/// <summary>Accepts a VBD or VIF, gives it to the host of its Domain, and lets it go where no host has it: all that is decided about it without asking a host.</summary>
/// <remarks>
/// <para>Expected flow: validate, compare with all others -> status.host and status.claims -> finalizer and label. The agent of the host
/// does the rest, and takes the finalizer off when nothing of the device is left there.</para>
/// <para>Guarantees: a device that is given to the host of a living Domain stays there, whatever becomes of its spec. It is let go without an
/// agent only when it never was given to one, or when the Domain that it was given with is gone: the finalizer of a Domain goes only
/// with proof that nothing of the domain is left on any host, and devices go with their domain. One whose volume is to be deleted with it
/// keeps its host beyond the end of its Domain, because only the agent there can delete the volume; another host, that of a Domain of the same name,
/// takes its place. Two devices that exclude each other
/// never have claims at once, provided that one worker decides and sees its own writes.</para>
/// <para>Assumption: status is written only to the version of the object that the plan was made from.</para>
/// <para>Pure. Without Kubernetes the agent uses it for itself.</para>
/// </remarks>
public static class DevicePlanner
{
    /// <summary>What is to be written for a device now.</summary>
    /// <param name="device">As read, with its status.</param>
    /// <param name="domain">The Domain that it names; null when there is none.</param>
    /// <param name="others">At least all devices that ask for, or have, something that it asks for.</param>
    /// <param name="missing">What stands against it besides: its pool or network is missing, or can't hold it.</param>
    /// <param name="now">For conditions that flip.</param>
    public static DevicePlan Plan(DeviceFacts device, Domain? domain, IEnumerable<DeviceFacts> others, Objection? missing, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(others);
        var isHeld = device.Host is not null && IsOfItsDomain(device, domain);
        if (device.Metadata.DeletionTimestamp is not null)
        {
            if (device.Metadata.Finalizers?.Contains(XenApi.ReleaseFinalizer, StringComparer.Ordinal) != true) return DevicePlan.Nothing;
            if (isHeld) return new DevicePlan { HostLabel = LabelOf(device) == HostOf(domain) ? null : HostOf(domain) };
            // Its Domain is gone, and its volume is to go: the agent that made it lets it go after that.
            if (device is { Host: { } last, ReclaimsVolume: true }) return new DevicePlan { HostLabel = LabelOf(device) == last ? null : last };
            return MayBeHeld(device, domain)
                ? Compose(device, domain, HostOf(domain) ?? LabelOf(device), objection: null, device.Claims, now) with { AddFinalizer = false }
                : new DevicePlan { Release = true };
        }

        if (IsOrphan(device, domain)) return new DevicePlan { Delete = true };

        var objection = Judge(device, isHeld, others, missing);
        var host = isHeld || (objection is null && domain?.Metadata.DeletionTimestamp is null) ? HostOf(domain) : null;
        var volumeHost = host is null && device.ReclaimsVolume ? device.Host : null;
        var claims = (objection is null, isHeld || volumeHost is not null) switch
        {
            (true, true) when !device.IsSettled => [.. device.Wanted, .. device.Claims.Where(claim => !device.Wanted.Contains(claim))],
            (true, _) => device.Wanted,
            (false, true) => device.Claims,
            _ => [],
        };
        return Compose(device, domain, host, objection, claims, now, volumeHost);
    }

    private static Objection? Judge(DeviceFacts device, bool isHeld, IEnumerable<DeviceFacts> others, Objection? missing)
    {
        if (device.Errors.Count > 0) return new Objection(DeviceAcceptedCondition.InvalidSpec, string.Join(" ", device.Errors));
        if (isHeld && DeviceClaims.Identity(device.Claims) is { } had && !device.Wanted.Contains(had))
        {
            return new Objection(
                DeviceAcceptedCondition.InvalidSpec,
                $"Domain and device can't be changed: the {device.Kind} has {had.Resource}. Set them back; or delete the {device.Kind} and create it anew");
        }

        return missing ?? Rivalry.Find(device, others);
    }

    private static DevicePlan Compose(
        DeviceFacts device, Domain? domain, string? host, Objection? objection, IReadOnlyList<DeviceClaim> claims, DateTimeOffset now, string? volumeHost = null)
    {
        var generation = device.Metadata.Generation;
        var isAccepted = objection is null;
        var conditions = new List<Condition>
        {
            Next(
                DeviceAcceptedCondition.Type,
                isAccepted ? ConditionStatus.True : ConditionStatus.False,
                objection?.Reason ?? DeviceAcceptedCondition.Valid,
                objection is null ? "" : host is null ? objection.Message : $"{objection.Message}. Until then the device stays as it was last accepted"),
        };
        // What was said on the host that it had is not said of it any more.
        var ownsReady = host is null || host != device.Host || DeviceReadyOwnership.IsOperators(device.Conditions);
        var (reason, message) = Ready(device, domain, host, objection);
        if (host is not null && (HostSilence.IsSilent(domain) || (HostSilence.IsSilent(device.Conditions) && host == device.Host)))
        {
            conditions.Add(Next(
                DeviceReadyCondition.Type, ConditionStatus.Unknown, DeviceReadyCondition.AgentSilent,
                $"The agent of XenHost {host} gave no sign of life, and has not reported on the device since"));
        }
        else if (ownsReady)
        {
            conditions.Add(Next(DeviceReadyCondition.Type, ConditionStatus.False, reason, message));
        }

        var label = LabelOf(device);
        return new DevicePlan
        {
            Status = new DeviceAssignment
            {
                Host = host ?? volumeHost,
                DomainUid = host is not null ? domain?.Metadata.Uid : volumeHost is not null ? device.DomainUid : null,
                Claims = claims.Count == 0 ? null : claims,
                Conditions = conditions,
                ObservedGeneration = ownsReady ? generation : null,
            },
            AddFinalizer = host is not null && device.Metadata.Finalizers?.Contains(XenApi.ReleaseFinalizer, StringComparer.Ordinal) != true,
            HostLabel = host is null || host == label ? null : host,
            RemoveHostLabel = host is null && volumeHost is null && label is not null,
        };

        Condition Next(string type, string status, string why, string text) => device.Conditions.Next(type, status, why, text, generation, now);
    }

    private static (string Reason, string Message) Ready(DeviceFacts device, Domain? domain, string? host, Objection? objection)
    {
        if (objection is not null) return (DeviceReadyCondition.NotAccepted, objection.Message);
        if (domain is null) return (DeviceReadyCondition.DomainNotFound, $"There is no Domain {device.Metadata.Namespace}/{device.Domain}");
        if (host is not null) return (DeviceReadyCondition.WaitingForAgent, $"Given to XenHost {host}; its agent has not reported on the device yet");
        return (
            DeviceReadyCondition.DomainNotPlaced,
            $"Domain {device.Metadata.Namespace}/{device.Domain} {(domain.Metadata.DeletionTimestamp is null ? "has no host yet" : "is being deleted")}");
    }

    private static bool IsOfItsDomain(DeviceFacts device, Domain? domain) => domain is not null && domain.Metadata.Uid == device.DomainUid && HostOf(domain) is not null;

    /// <summary>The status was lost, and the label says that an agent had it: that of its Domain's host is asked.</summary>
    private static bool MayBeHeld(DeviceFacts device, Domain? domain) =>
        device.Host is null && LabelOf(device) is not null && domain is not null && (HostOf(domain) ?? domain.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel)) is not null;

    /// <summary>Made from a template of a Domain that is gone. The API server's garbage collector would delete it too; the embedded store has none.</summary>
    private static bool IsOrphan(DeviceFacts device, Domain? domain) =>
        device.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true) is { Kind: "Domain" } owner && owner.Uid != domain?.Metadata.Uid;

    private static string? HostOf(Domain? domain) => string.IsNullOrEmpty(domain?.Status?.Host) ? null : domain.Status.Host;

    private static string? LabelOf(DeviceFacts device) =>
        device.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel) is { Length: > 0 } label ? label : null;
}
