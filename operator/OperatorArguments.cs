using Microsoft.Extensions.Logging;

namespace Reconciler.Operator;

/// <summary>What the command line says.</summary>
internal sealed record OperatorArguments
{
    /// <summary>A kubeconfig file; null: as <c>KubernetesConfig.Load</c> finds one.</summary>
    public string? Kubeconfig { get; init; }

    public string? Context { get; init; }

    /// <summary>0 takes a free port.</summary>
    public int HealthPort { get; init; } = 8080;

    public bool LeaderElect { get; init; }

    /// <summary>Null: the namespace of the context or of the pod.</summary>
    public string? LeaseNamespace { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
