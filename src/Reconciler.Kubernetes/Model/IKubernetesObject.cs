namespace Reconciler.Kubernetes.Model;

/// <summary>Anything that the API server stores: has a type and metadata.</summary>
public interface IKubernetesObject
{
    /// <summary>"group/version", or "v1" for the core group. Absent in list items: the client fills it in.</summary>
    string? ApiVersion { get; }

    /// <summary>"Domain".</summary>
    string? Kind { get; }

    /// <summary>Who it is.</summary>
    ObjectMeta Metadata { get; }
}
