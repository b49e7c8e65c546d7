namespace Reconciler.Api.Hosts;

/// <summary>
/// An agent's sign of life: a Lease for each host, in the namespace of operator and agents, renewed as long as the agent runs and reaches
/// the API server.
/// </summary>
public static class HostLease
{
    /// <summary>What the name of each begins with; the host's follows.</summary>
    public const string Prefix = "xenhost-";

    /// <summary>Between two signs.</summary>
    public static TimeSpan RenewPeriod { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a sign for that long an agent is silent: the spec.leaseDurationSeconds that agents write.</summary>
    public static TimeSpan Duration { get; } = TimeSpan.FromSeconds(40);

    /// <summary>The name of a host's Lease.</summary>
    public static string NameOf(string host) => Prefix + host;

    /// <summary>The host of a Lease; null for a Lease of something else.</summary>
    public static string? HostOf(string? lease) => lease?.StartsWith(Prefix, StringComparison.Ordinal) == true ? lease[Prefix.Length..] : null;
}
