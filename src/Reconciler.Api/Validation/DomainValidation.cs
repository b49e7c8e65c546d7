using System.Globalization;
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
        XenName, Type, PowerState, RestartPolicy, Vcpus, MemorySize, Kernel, Ramdisk, Cmdline, GracePeriod, OnTimeout, HostName,
    ];

    /// <summary>Every field that is wrong, in the order of the manifest; empty when the Domain is acceptable.</summary>
    public static IReadOnlyList<FieldError> Validate(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (domain.Spec is null) return [new FieldError("spec", null, "a Domain needs a spec", "Give at least spec.memory.size and spec.boot.kernel")];
        return [.. Rules.Select(rule => rule(domain)).OfType<FieldError>()];
    }

    private static FieldError? XenName(Domain domain)
    {
        var name = $"{domain.Metadata.Namespace}.{domain.Metadata.Name}";
        return name.Length <= XenApi.MaximumXenNameLength ? null : new FieldError(
            "metadata.name",
            domain.Metadata.Name,
            $"namespace and name make the Xen name of {name.Length} characters, and it can have {XenApi.MaximumXenNameLength}",
            $"Use a name of at most {XenApi.MaximumXenNameLength - 1 - (domain.Metadata.Namespace?.Length ?? 0)} characters in this namespace");
    }

    private static FieldError? Type(Domain domain) => Known("spec.type", domain.Spec!.Type);

    private static FieldError? PowerState(Domain domain) => Known("spec.powerState", domain.Spec!.PowerState);

    private static FieldError? RestartPolicy(Domain domain) => Known("spec.restartPolicy", domain.Spec!.RestartPolicy);

    private static FieldError? OnTimeout(Domain domain) => Known("spec.shutdown.onTimeout", domain.Spec!.Shutdown?.OnTimeout);

    private static FieldError? Vcpus(Domain domain) => Between(
        "spec.cpu.vcpus", domain.Spec!.Cpu?.Vcpus, CpuSpec.MinimumVcpus, CpuSpec.MaximumVcpus, "virtual CPUs");

    private static FieldError? GracePeriod(Domain domain) => Between(
        "spec.shutdown.gracePeriodSeconds", domain.Spec!.Shutdown?.GracePeriodSeconds, 0, ShutdownSpec.MaximumGracePeriodSeconds, "seconds");

    private static FieldError? MemorySize(Domain domain)
    {
        const string Field = "spec.memory.size";
        const string Remedy = "Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi";
        var text = domain.Spec!.Memory?.Size;
        if (string.IsNullOrEmpty(text)) return new FieldError(Field, text, "a domain needs memory", Remedy);
        if (!Quantity.TryParse(text, out var size)) return new FieldError(Field, text, "not a quantity of bytes", Remedy);
        if (size.Bytes >= MemorySpec.MinimumBytes) return null;

        var message = text.AsSpan().ContainsAnyExceptInRange('0', '9')
            ? $"less than the minimum of {new Quantity(MemorySpec.MinimumBytes)}"
            : $"that many bytes are less than the minimum of {new Quantity(MemorySpec.MinimumBytes)}";
        return new FieldError(Field, text, message, Remedy);
    }

    private static FieldError? Kernel(Domain domain) =>
        HostFile("spec.boot.kernel", domain.Spec!.Boot?.Kernel ?? "", "such as /var/lib/reconciler/boot/vmlinuz");

    private static FieldError? Ramdisk(Domain domain) => domain.Spec!.Boot?.Ramdisk is { } ramdisk
        ? HostFile("spec.boot.ramdisk", ramdisk, "such as /var/lib/reconciler/boot/initrd.img, or leave it out")
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

    private static FieldError? HostFile(string field, string path, string example)
    {
        if (path.Length == 0) return new FieldError(field, path, "no file is named", $"Give an absolute path on the host, {example}");
        if (path[0] != '/') return new FieldError(field, path, "not an absolute path", $"Give an absolute path on the host, {example}");
        if (path.Contains('\0', StringComparison.Ordinal)) return new FieldError(field, path, "contains a NUL character", "Remove it");
        return path.Length <= BootSpec.MaximumPathLength ? null : new FieldError(
            field, path, $"longer than {BootSpec.MaximumPathLength} characters", "Use a shorter path");
    }

    private static FieldError? Between(string field, int? value, int minimum, int maximum, string unit)
    {
        if (value is not { } number || (number >= minimum && number <= maximum)) return null;
        var message = number < minimum ? $"less than the minimum of {minimum} {unit}" : $"more than the maximum of {maximum} {unit}";
        return new FieldError(field, number.ToString(CultureInfo.InvariantCulture), message, $"Set it to {minimum} to {maximum}");
    }

    /// <summary>An enum that was read from JSON is a known one; one that was made in code need not be.</summary>
    private static FieldError? Known<T>(string field, T? value)
        where T : struct, Enum =>
        value is not { } given || Enum.IsDefined(given)
            ? null
            : new FieldError(field, given.ToString(), "not a known value", $"Use one of {string.Join(", ", Enum.GetNames<T>())}");
}
