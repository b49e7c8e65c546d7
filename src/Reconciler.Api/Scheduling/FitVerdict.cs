namespace Reconciler.Api.Scheduling;

/// <summary>What one host says to one domain.</summary>
/// <param name="Host">The XenHost's name.</param>
/// <param name="Reason">Null when it fits.</param>
/// <param name="Message">For people, with the numbers; empty when it fits.</param>
public sealed record FitVerdict(string Host, UnfitReason? Reason, string Message)
{
    public bool Fits => Reason is null;
}
