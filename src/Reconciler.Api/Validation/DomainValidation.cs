using System.Text;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Validation;

/// <summary>
/// What a Domain must fulfil before anything acts on it. The schema says the same to the user at once; this is the second look, by the
/// operator, by each agent, and where no API server checks (a directory of manifests, an older server without rules).
/// </summary>
/// <remarks>Pure: nothing of the host is looked at. Whether a host can run it is <c>HostFit</c>; whether its files are there, the agent says.</remarks>
public static class DomainValidation
{
    private static readonly Func<Domain, FieldError?>[] Rules =
    [
        XenName, Type, PowerState, RestartPolicy, Vcpus, MemorySize, Kernel, Ramdisk, Cmdline, GracePeriod, OnTimeout, OnHostStop, OnHostStart, Order, OrderDelay, HostName, Adopt,
    ];

    /// <summary>Every field that is wrong, in the order of the manifest; empty when the Domain is acceptable.</summary>
    public static IReadOnlyList<FieldError> Validate(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (domain.Spec is null) return [new FieldError("spec", null, "a Domain needs a spec", "Give at least spec.memory.size and spec.boot.kernel")];
        List<FieldError>? errors = null;
        foreach (var rule in Rules)
        {
            if (rule(domain) is { } error) (errors ??= []).Add(error);
        }

        // Every reconcile asks, and nearly every Domain is acceptable: that should cost no garbage.
        if (domain.Spec is { VbdTemplates: null or [], VifTemplates: null or [], WaitFor: null, Placement: null }) return errors ?? [];
        return [.. errors ?? [], .. DomainDevicesValidation.Validate(domain.Spec), .. PlacementValidation.Validate(domain.Spec.Placement)];
    }

    private static FieldError? XenName(Domain domain)
    {
        var length = (domain.Metadata.Namespace?.Length ?? 0) + ".".Length + (domain.Metadata.Name?.Length ?? 0);
        return length <= XenApi.MaximumXenNameLength ? null : new FieldError(
            "metadata.name",
            domain.Metadata.Name,
            $"namespace and name make the Xen name of {length} characters, and it can have {XenApi.MaximumXenNameLength}",
            $"Use a name of at most {XenApi.MaximumXenNameLength - 1 - (domain.Metadata.Namespace?.Length ?? 0)} characters in this namespace");
    }

    private static FieldError? Type(Domain domain) => FieldRules.Known("spec.type", domain.Spec!.Type);

    private static FieldError? PowerState(Domain domain) => FieldRules.Known("spec.powerState", domain.Spec!.PowerState);

    private static FieldError? RestartPolicy(Domain domain) => FieldRules.Known("spec.restartPolicy", domain.Spec!.RestartPolicy);

    private static FieldError? OnTimeout(Domain domain) => FieldRules.Known("spec.shutdown.onTimeout", domain.Spec!.Shutdown?.OnTimeout);

    private static FieldError? OnHostStop(Domain domain) => domain.Spec!.OnHostStop == HostStopAction.Suspend
        ? new FieldError(
            "spec.onHostStop", nameof(HostStopAction.Suspend),
            "not possible yet: nothing restores a domain that was suspended to disk with the guarantee that its disks and its host still match",
            "Use Shutdown or Ignore")
        : FieldRules.Known("spec.onHostStop", domain.Spec.OnHostStop);

    private static FieldError? OnHostStart(Domain domain) => FieldRules.Known("spec.onHostStart", domain.Spec!.OnHostStart);

    private static FieldError? Order(Domain domain) => FieldRules.Between(
        "spec.startOrder.order", domain.Spec!.StartOrder?.Order, StartOrderSpec.MinimumOrder, StartOrderSpec.MaximumOrder, "");

    private static FieldError? OrderDelay(Domain domain) => FieldRules.Between(
        "spec.startOrder.delaySeconds", domain.Spec!.StartOrder?.DelaySeconds, 0, StartOrderSpec.MaximumDelaySeconds, "seconds");

    private static FieldError? Vcpus(Domain domain) => FieldRules.Between(
        "spec.cpu.vcpus", domain.Spec!.Cpu?.Vcpus, CpuSpec.MinimumVcpus, CpuSpec.MaximumVcpus, "virtual CPUs");

    private static FieldError? GracePeriod(Domain domain) => FieldRules.Between(
        "spec.shutdown.gracePeriodSeconds", domain.Spec!.Shutdown?.GracePeriodSeconds, 0, ShutdownSpec.MaximumGracePeriodSeconds, "seconds");

    private static FieldError? MemorySize(Domain domain)
    {
        const string Field = "spec.memory.size";
        const string Remedy = "Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi";
        var text = domain.Spec!.Memory?.Size;
        if (string.IsNullOrEmpty(text)) return new FieldError(Field, text, "a domain needs memory", Remedy);
        return FieldRules.Quantity(Field, text, MemorySpec.MinimumBytes, "512Mi");
    }

    private static FieldError? Kernel(Domain domain) =>
        FieldRules.HostPath("spec.boot.kernel", domain.Spec!.Boot?.Kernel ?? "", "such as /var/lib/reconciler/boot/vmlinuz");

    private static FieldError? Ramdisk(Domain domain) => domain.Spec!.Boot?.Ramdisk is { } ramdisk
        ? FieldRules.HostPath("spec.boot.ramdisk", ramdisk, "such as /var/lib/reconciler/boot/initrd.img, or leave it out")
        : null;

    private static FieldError? Cmdline(Domain domain)
    {
        const string Field = "spec.boot.cmdline";
        if (domain.Spec!.Boot?.Cmdline is not { } cmdline) return null;
        if (cmdline.Contains('\0', StringComparison.Ordinal)) return new FieldError(Field, cmdline, "contains a NUL character", "Remove it");

        var isPv = domain.Spec.Type == DomainType.PV;
        var limit = isPv ? BootSpec.MaximumPvCmdlineLength : BootSpec.MaximumCmdlineLength;
        var length = Encoding.UTF8.GetByteCount(cmdline);
        return length <= limit ? null : new FieldError(
            Field,
            cmdline,
            $"{length} bytes are more than the {limit} that {(isPv ? "Xen hands to a PV guest" : "Linux reads")}; the rest would be cut off",
            $"Shorten it to {limit} bytes");
    }

    private static FieldError? HostName(Domain domain)
    {
        if (domain.Spec!.Placement?.HostName is not { } name) return null;
        return XenHostName.IsValid(name) ? null : new FieldError(
            "spec.placement.hostName",
            name,
            $"not the name of a XenHost: lower-case letters, digits, '-' and '.', at most {XenApi.MaximumHostNameLength} characters",
            "Use a name that kubectl get xenhosts shows, or leave the field out");
    }

    private static FieldError? Adopt(Domain domain)
    {
        if (domain.Spec!.Adopt is not { } adopt) return null;
        if (domain.Spec.Placement?.HostName is null)
            return new FieldError("spec.adopt", adopt.Name, "the host that the domain runs on is not named", "Set spec.placement.hostName");
        if (adopt.Name is not { Length: > 0 and <= AdoptSpec.MaximumNameLength })
            return new FieldError("spec.adopt.name", adopt.Name, $"1 to {AdoptSpec.MaximumNameLength} characters", "Use the name that xl list shows on the host");
        return Guid.TryParseExact(adopt.Uuid, "D", out var uuid) && uuid.ToString() == adopt.Uuid ? null : new FieldError(
            "spec.adopt.uuid", adopt.Uuid, "not a UUID in lower case, such as 6a0b0c0d-1111-2222-3333-444455556666", "Use the UUID that xl vm-list shows on the host");
    }
}
