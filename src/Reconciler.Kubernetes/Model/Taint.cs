namespace Reconciler.Kubernetes.Model;

/// <summary>A taint of a Node.</summary>
public sealed record Taint
{
    /// <summary>Its name.</summary>
    public required string Key { get; init; }

    /// <summary>What it says besides.</summary>
    public string? Value { get; init; }

    /// <summary>NoSchedule, PreferNoSchedule or NoExecute.</summary>
    public required string Effect { get; init; }
}
