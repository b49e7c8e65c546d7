using System.Text.Json;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>admission.k8s.io/v1 AdmissionReview: a request one way, a response the other.</summary>
internal sealed record AdmissionReview
{
    public const string V1 = "admission.k8s.io/v1";

    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public AdmissionRequest? Request { get; init; }

    public AdmissionResponse? Response { get; init; }
}

/// <summary>What the API server asks about. The objects stay as they came until it is known what they are.</summary>
internal sealed record AdmissionRequest
{
    public string? Uid { get; init; }

    public AdmissionResource? Resource { get; init; }

    /// <summary>"eviction" of a Pod; empty for the object itself.</summary>
    public string? SubResource { get; init; }

    public string? Name { get; init; }

    public string? Namespace { get; init; }

    /// <summary>"CREATE", "UPDATE", "DELETE" or "CONNECT".</summary>
    public string? Operation { get; init; }

    public AdmissionUser? UserInfo { get; init; }

    public JsonElement? Object { get; init; }

    public JsonElement? OldObject { get; init; }

    public bool? DryRun { get; init; }
}

/// <summary>The version that the objects are in, which by matchPolicy Equivalent is the webhook's own.</summary>
internal sealed record AdmissionResource
{
    public string? Group { get; init; }

    public string? Version { get; init; }

    public string? Resource { get; init; }
}

/// <summary>What is answered.</summary>
internal sealed record AdmissionResponse
{
    public required string Uid { get; init; }

    public required bool Allowed { get; init; }

    /// <summary>Why not. The API server hands on message, code, reason and the causes in the details.</summary>
    public KubernetesStatus? Status { get; init; }

    public IReadOnlyList<string>? Warnings { get; init; }
}
