namespace Reconciler.Runtime.Web.Admission;

/// <summary>authentication.k8s.io/v1 UserInfo: who asks the API server.</summary>
public sealed record AdmissionUser
{
    /// <summary>"system:serviceaccount:NAMESPACE:NAME" for a service account.</summary>
    public string? Username { get; init; }

    public string? Uid { get; init; }

    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>What else the authenticator knows, such as "authentication.kubernetes.io/node-name".</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Extra { get; init; }
}
