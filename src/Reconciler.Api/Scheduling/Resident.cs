using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>A Domain that has a host, or is about to, as others see it there.</summary>
/// <param name="domain">With its status.host.</param>
internal sealed class Resident(Domain domain)
{
    /// <summary>With its status.host.</summary>
    public Domain Domain { get; } = domain;

    public string Identity { get; } = DomainIdentity.Of(domain);

    /// <summary>Its whole footprint; 0 when its memory is not readable.</summary>
    public long KiB { get; } = MemoryFootprint.Of(domain)?.TotalKiB ?? 0;

    /// <summary>Whom it must be apart from; null: nobody.</summary>
    public LabelTerms? Required { get; } = LabelTerms.Of(domain.Spec?.Placement?.AntiAffinity?.Required);

    /// <summary>Whom it would rather be apart from; null: nobody.</summary>
    public LabelTerms? Preferred { get; } = LabelTerms.Of(domain.Spec?.Placement?.AntiAffinity?.Preferred);

    /// <summary>The host that it has; and while it is shut down there to be moved, the one that had room for it then.</summary>
    public IReadOnlyList<string> Places { get; } = domain.Status switch
    {
        { Host: { Length: > 0 } host, Move: { To: { } next } move } when move.From == host && next != host => [host, next],
        { Host: { Length: > 0 } host } => [host],
        _ => [],
    };

    /// <summary>
    /// Whether its memory is spoken for on a host of its places and still counts as free there: it is to be running, and is not in the free
    /// memory that was measured. It is in there once it exists (status.domid) and did so when it was measured. Between two lives of a domain
    /// that is to be running (a restart) it is reserved; while it is Halted it is not, so it may find no room when it is started.
    /// </summary>
    public bool IsReserved(string host, DateTimeOffset? measuredAt)
    {
        if (Domain.Metadata.DeletionTimestamp is not null || Domain.Spec?.PowerState == PowerState.Halted) return false;
        if (Domain.Status is not { Domid: not null, Host: { } holder } || holder != host) return Refusals.Refusing(Domain)?.Host != host;
        return !IsMeasured(host, measuredAt);
    }

    /// <summary>Whether the free memory that was measured on a host is what is left beside it: it existed there then.</summary>
    public bool IsMeasured(string host, DateTimeOffset? measuredAt) =>
        Domain.Status is { Domid: not null, Host: { } holder } status && holder == host
        // Moved: what is known of it is of the host that it has left.
        && !(status.Move is not null && ReadyOwnership.IsOperators(status))
        && !(status.CreatedAt > measuredAt);
}
