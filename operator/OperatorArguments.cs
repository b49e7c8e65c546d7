using Microsoft.Extensions.Logging;
using Reconciler.Operator.Admission;

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

    /// <summary>Null: no webhooks. 0 takes a free port.</summary>
    public int? WebhookPort { get; init; }

    /// <summary>The Service through which the API server calls the webhooks, in the operator's own namespace.</summary>
    public string WebhookService { get; init; } = WebhookNames.Service;

    /// <summary>Further names and addresses by which the API server calls the webhooks.</summary>
    public IReadOnlyList<string> WebhookHosts { get; init; } = [];

    /// <summary>A folder with tls.crt and tls.key that others keep; null: an own authority.</summary>
    public string? WebhookCertificates { get; init; }

    /// <summary>The image of the guards that make a drain of a Node one of its host; null: there are none.</summary>
    public string? DrainGuardImage { get; init; }

    /// <summary>The same, and null where there is nobody who would learn of the drain.</summary>
    public string? GuardImage => WebhookPort is null ? null : DrainGuardImage;

    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
