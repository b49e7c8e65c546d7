using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;

namespace Reconciler.Api.Scheduling;

/// <summary>The choice of a host: filter, then the one with the most memory left; among equals the first by name.</summary>
/// <remarks>Pure and deterministic: the same cluster gives the same choice, in whatever order it is listed.</remarks>
public static class HostChoice
{
    /// <summary>A message names at most this many hosts: it has to be read by a person.</summary>
    private const int NamedHosts = 8;

    /// <summary>Decides where a domain that is not placed yet goes.</summary>
    /// <param name="domain">The domain; its spec has been validated.</param>
    /// <param name="hosts">All hosts.</param>
    /// <param name="reservations">What is spoken for on them.</param>
    public static PlacementDecision Decide(Domain domain, IReadOnlyCollection<XenHost> hosts, Reservations reservations)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(hosts);
        var byName = hosts.OrderBy(host => host.Metadata.Name, StringComparer.Ordinal).ToList();
        var verdicts = byName.ConvertAll(host => HostFit.CanPlace(domain, host, reservations));
        var chosen = byName.Zip(verdicts)
            .Where(pair => pair.Second.Fits)
            .Select(pair => pair.First)
            .MaxBy(host => HostFit.AvailableKiB(domain, host, reservations)); // the first of equals, which is the first by name

        if (chosen is not null)
        {
            return new PlacementDecision
            {
                Host = chosen.Metadata.Name,
                Reason = PlacedCondition.Placed,
                Message = $"On XenHost {chosen.Metadata.Name}",
                Verdicts = verdicts,
            };
        }

        return new PlacementDecision
        {
            Reason = verdicts.Count == 0 ? PlacedCondition.NoHost : PlacedCondition.NoHostFits,
            Message = Explain(domain.Spec?.Placement?.HostName, verdicts),
            Verdicts = verdicts,
        };
    }

    private static string Explain(string? wanted, List<FitVerdict> verdicts)
    {
        if (verdicts.Count == 0)
            return "There is no XenHost yet. An agent that runs on a Xen host makes one; see kubectl get xenhosts";

        // With a host asked for by name, what the others say is of no interest.
        if (wanted is not null)
        {
            return verdicts.Find(verdict => verdict.Host == wanted) is { } named
                ? $"XenHost {wanted}, asked for by placement.hostName, does not fit: {named.Message}"
                : $"placement.hostName asks for XenHost {wanted}, which does not exist. There are: {Names(verdicts)}";
        }

        var shown = string.Join("; ", verdicts.Take(NamedHosts).Select(verdict => $"{verdict.Host}: {verdict.Message}"));
        return $"No XenHost of {verdicts.Count} fits: {shown}{More(verdicts)}";
    }

    private static string Names(List<FitVerdict> verdicts) =>
        string.Join(", ", verdicts.Take(NamedHosts).Select(verdict => verdict.Host)) + More(verdicts);

    private static string More(List<FitVerdict> verdicts) =>
        verdicts.Count > NamedHosts ? $" and {verdicts.Count - NamedHosts} more" : "";
}
