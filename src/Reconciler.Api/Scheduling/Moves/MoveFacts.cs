using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Storage;

namespace Reconciler.Api.Scheduling.Moves;

/// <summary>What has to be known of the surroundings of a Domain before it is moved. Asked for only where a move is in question.</summary>
/// <param name="Domains">All Domains.</param>
/// <param name="Disks">The VBDs of the Domain.</param>
/// <param name="Pool">The XenStoragePool of a name; null when there is none.</param>
public sealed record MoveFacts(Func<IEnumerable<Domain>> Domains, Func<Domain, IEnumerable<Vbd>> Disks, Func<string, XenStoragePool?> Pool)
{
    /// <summary>There is nothing but the Domain itself.</summary>
    public static MoveFacts None { get; } = new(() => [], _ => [], _ => null);
}
