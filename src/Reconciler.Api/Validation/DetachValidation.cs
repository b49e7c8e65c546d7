using Reconciler.Api.Devices;

namespace Reconciler.Api.Validation;

/// <summary>How a device is taken from a guest: the same for disks and NICs.</summary>
internal static class DetachValidation
{
    public static IEnumerable<FieldError?> Validate(DetachSpec? detach, string path) =>
    [
        FieldRules.Known($"{path}.onTimeout", detach?.OnTimeout),
        FieldRules.Between($"{path}.timeoutSeconds", detach?.TimeoutSeconds, DetachSpec.MinimumTimeoutSeconds, DetachSpec.MaximumTimeoutSeconds, "seconds"),
    ];
}
