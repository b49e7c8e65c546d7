using Reconciler.Api.Devices;
using Reconciler.Api.Domains;
using Reconciler.Api.Validation;

namespace Reconciler.Operator.Admission;

/// <summary>What only the comparison of a Domain with what it was before can tell.</summary>
internal static class DomainUpdate
{
    /// <summary>What a domain reads when it is started. Its placement has a warning of its own, and what it waits for is none of its own.</summary>
    private static readonly ChangeRule<DomainSpec>[] StartedWith = [.. ChangeRules.Domain.Where(rule => rule is { Effect: ChangeEffect.Restart, Field: not ("placement" or "waitFor") })];

    /// <summary>Fields that can't be changed and were.</summary>
    public static IEnumerable<FieldError> Errors(Domain before, Domain after)
    {
        var (old, now) = (TypeOf(before), TypeOf(after));
        if (old != now)
            yield return new FieldError("spec.type", now.ToString(), $"can't be changed, it is {old}", $"Set it back to {old}; or delete the Domain and create it anew");
        if (before.Spec!.Adopt is { } adopted && after.Spec!.Adopt is { } adopt && adopt != adopted)
            yield return new FieldError("spec.adopt", $"{adopt.Name} {adopt.Uuid}", $"can't be changed, it is {adopted.Name} {adopted.Uuid}", "Set it back, take it away, or make another Domain");
    }

    /// <summary>Changes that don't do at once what one might expect of them.</summary>
    public static IEnumerable<string> Warnings(Domain before, Domain after)
    {
        var (old, now) = (before.Spec!, after.Spec!);
        if (after.Status?.Host is { Length: > 0 } host && now.Placement?.HostName is { } wanted && wanted != old.Placement?.HostName && wanted != host)
            yield return after.Status.Domid is null
                ? $"spec.placement.hostName: {wanted}: the domain is placed on {host} already, and goes to {wanted} if it can; condition Placed says whether."
                : $"spec.placement.hostName: {wanted}: the domain is running on {host}, and stays there until it is shut down.";

        if (after.Status?.Domid is null) yield break;
        var later = StartedWith.Where(rule => rule.Differs(old, now)).Select(rule => $"spec.{rule.Field}").ToList();
        if (later.Count > 0) yield return $"{string.Join(", ", later)}: the domain is running; it takes effect when it is next started.";
    }

    private static DomainType TypeOf(Domain domain) => domain.Spec!.Type ?? DomainType.PVH;
}
