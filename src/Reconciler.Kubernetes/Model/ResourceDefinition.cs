namespace Reconciler.Kubernetes.Model;

/// <summary>Where a type of object lives in the API.</summary>
public abstract record ResourceDefinition
{
    /// <summary>"xen.reconciler.dev"; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>"v1alpha1".</summary>
    public required string Version { get; init; }

    /// <summary>"Domain".</summary>
    public required string Kind { get; init; }

    /// <summary>"domains".</summary>
    public required string Plural { get; init; }

    /// <summary>False for cluster-scoped kinds.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>"xen.reconciler.dev/v1alpha1", or "v1".</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>"domains.xen.reconciler.dev", for messages.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
