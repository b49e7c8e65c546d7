using Reconciler.Kubernetes.Model;

namespace Reconciler.Testing.Contract;

public sealed record WidgetStatus
{
    public string? Phase { get; init; }

    public string? Host { get; init; }

    public long? ObservedGeneration { get; init; }

    /// <summary>A map by type.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
