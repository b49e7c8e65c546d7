namespace Reconciler.Placement.Offers;

/// <summary>What a host says of a pool or network.</summary>
internal sealed record HostReport(string Host, bool Ready, string Message);
