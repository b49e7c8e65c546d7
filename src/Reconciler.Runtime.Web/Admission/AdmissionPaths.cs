using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Where webhooks are served.</summary>
public static class AdmissionPaths
{
    /// <summary>"/validate/domains.xen.reconciler.dev".</summary>
    public static string Of(ResourceDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return $"/validate/{definition.QualifiedName}";
    }
}
