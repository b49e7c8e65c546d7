using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Devices;

/// <summary>The operator's part of the status of a VBD or VIF, in full.</summary>
public sealed record DeviceAssignment
{
    public string? Host { get; init; }

    public string? DomainUid { get; init; }

    /// <summary>Null: none.</summary>
    public IReadOnlyList<DeviceClaim>? Claims { get; init; }

    /// <summary>Accepted; and Ready, while it is the operator's.</summary>
    public required IReadOnlyList<Condition> Conditions { get; init; }

    /// <summary>Goes with Ready.</summary>
    public long? ObservedGeneration { get; init; }
}
