namespace Reconciler.Api.Scheduling;

/// <summary>Memory that a domain will take from a host and that the host's free memory still counts as free.</summary>
/// <param name="Host">The XenHost's name.</param>
/// <param name="DomainUid">Whose it is.</param>
/// <param name="KiB">The whole footprint.</param>
public sealed record Reservation(string Host, string DomainUid, long KiB);
