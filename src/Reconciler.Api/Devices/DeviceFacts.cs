using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Devices;

/// <summary>What is decided by about a VBD or VIF: the part that both kinds have in common.</summary>
public sealed record DeviceFacts
{
    /// <summary>VBD or VIF.</summary>
    public required string Kind { get; init; }

    public required ObjectMeta Metadata { get; init; }

    /// <summary>
    /// The name of its Domain; null without a spec. As long as it has a host, the one that it was given with: not every API server refuses
    /// a change of spec.domain.
    /// </summary>
    public string? Domain => (Host is null ? null : DeviceClaims.DomainOf(Claims)) ?? DeviceClaims.DomainOf(Wanted);

    /// <summary>status.host.</summary>
    public string? Host { get; init; }

    /// <summary>status.domainUid.</summary>
    public string? DomainUid { get; init; }

    /// <summary>Whether a volume is to be deleted with it, which only an agent can do.</summary>
    public bool ReclaimsVolume { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>What is wrong with the spec by itself.</summary>
    public required IReadOnlyList<FieldError> Errors { get; init; }

    /// <summary>What the spec asks for.</summary>
    public required IReadOnlyList<DeviceClaim> Wanted { get; init; }

    /// <summary>status.claims: what it has.</summary>
    public required IReadOnlyList<DeviceClaim> Claims { get; init; }

    /// <summary>Whether the agent has said that the device is as this very generation asks for: nothing of an earlier one is left then.</summary>
    public bool IsSettled => Conditions.Find(DeviceReadyCondition.Type) is { Status: ConditionStatus.True } ready
        && ready.ObservedGeneration == Metadata.Generation;

    /// <summary>Whether Accepted was judged by this very generation.</summary>
    public bool IsJudged => Conditions.Find(DeviceAcceptedCondition.Type)?.ObservedGeneration is { } judged && judged == Metadata.Generation;

    /// <summary>Older objects come first; of the same second the one with the lesser uid.</summary>
    public bool ComesBefore(DeviceFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var order = Nullable.Compare(Metadata.CreationTimestamp, other.Metadata.CreationTimestamp);
        return order != 0 ? order < 0 : string.CompareOrdinal(Metadata.Uid, other.Metadata.Uid) < 0;
    }

    public static DeviceFacts Of(Vbd vbd)
    {
        ArgumentNullException.ThrowIfNull(vbd);
        return new DeviceFacts
        {
            Kind = Vbd.Definition.Kind,
            Metadata = vbd.Metadata,
            Host = NullIfEmpty(vbd.Status?.Host),
            DomainUid = NullIfEmpty(vbd.Status?.DomainUid),
            ReclaimsVolume = vbd.Spec?.Source?.Volume is { Create: not null, Reclaim: ReclaimPolicy.Delete },
            Conditions = vbd.Status?.Conditions,
            Errors = VbdValidation.Validate(vbd),
            Wanted = DeviceClaims.Of(vbd),
            Claims = vbd.Status?.Claims ?? [],
        };
    }

    public static DeviceFacts Of(Vif vif)
    {
        ArgumentNullException.ThrowIfNull(vif);
        return new DeviceFacts
        {
            Kind = Vif.Definition.Kind,
            Metadata = vif.Metadata,
            Host = NullIfEmpty(vif.Status?.Host),
            DomainUid = NullIfEmpty(vif.Status?.DomainUid),
            Conditions = vif.Status?.Conditions,
            Errors = VifValidation.Validate(vif),
            Wanted = DeviceClaims.Of(vif),
            Claims = vif.Status?.Claims ?? [],
        };
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
