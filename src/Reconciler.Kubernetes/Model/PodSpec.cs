namespace Reconciler.Kubernetes.Model;

/// <summary>What a Pod runs, and how.</summary>
public sealed record PodSpec
{
    /// <summary>The Node that it is bound to; named at its creation, the scheduler is not asked.</summary>
    public string? NodeName { get; init; }

    /// <summary>Always, OnFailure or Never.</summary>
    public string? RestartPolicy { get; init; }

    /// <summary>Seconds between the request to end and the end; 0: a deleted Pod is gone from the API at once.</summary>
    public long? TerminationGracePeriodSeconds { get; init; }

    /// <summary>Whose account it has.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>False: its containers get no token of the account.</summary>
    public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>False: the Services of its namespace are not in its environment.</summary>
    public bool? EnableServiceLinks { get; init; }

    /// <summary>Which taints don't keep it away.</summary>
    public IReadOnlyList<Toleration>? Tolerations { get; init; }

    /// <summary>What holds for all of its containers.</summary>
    public PodSecurityContext? SecurityContext { get; init; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<Container>? Containers { get; init; }
}
