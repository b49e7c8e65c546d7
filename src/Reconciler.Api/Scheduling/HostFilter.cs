namespace Reconciler.Api.Scheduling;

/// <summary>One question to a host about a domain.</summary>
/// <param name="Reason">Why not, when it objects.</param>
/// <param name="Passes">Whether it has nothing against it.</param>
/// <param name="Explain">What it has against it, for people, with the numbers. Asked for after an objection only.</param>
internal sealed record HostFilter(UnfitReason Reason, Func<Inquiry, HostState, bool> Passes, Func<Inquiry, HostState, string> Explain)
{
    /// <summary>The host's answer, after an objection.</summary>
    public FitVerdict Verdict(Inquiry inquiry, HostState host) => new(host.Name, Reason, Explain(inquiry, host));
}
