using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded.Manifests;

/// <summary>How objects are named to people.</summary>
internal static class ManifestNames
{
    /// <summary>"Domain default/web", "XenHost node-1".</summary>
    public static string Of(ResourceType type, ObjectKey key) =>
        $"{type.Kind} {(key.Namespace is null ? "" : $"{key.Namespace}/")}{key.Name}";
}
