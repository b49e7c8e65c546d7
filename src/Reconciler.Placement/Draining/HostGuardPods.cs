using System.Text.Json.Nodes;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Ownership;

namespace Reconciler.Placement.Draining;

/// <summary>How a guard is written.</summary>
internal static class HostGuardPods
{
    private const string Mark = "/metadata/annotations/xen.reconciler.dev~1eviction-requested";
    private const string Image = "/spec/containers/0/image";

    // The operator's image has it as a user, too.
    private const long NoUser = 65532;

    /// <summary>The guard of a host.</summary>
    /// <param name="host">The host's name, which is its Node's.</param>
    /// <param name="settings">Where, and of what.</param>
    /// <param name="owner">
    /// What the guards go with. It has to be a controller: kubectl drain refuses a Pod without one, unless it is forced. And the garbage
    /// collector removes the guards when the installation, or the drain guard in it, is no more.
    /// </param>
    public static Pod Create(string host, HostGuardSettings settings, ServiceAccount owner) => new()
    {
        ApiVersion = Pod.Definition.ApiVersion,
        Kind = Pod.Definition.Kind,
        Metadata = new ObjectMeta
        {
            Name = HostGuard.NameOf(host),
            Namespace = settings.Namespace,
            Labels = new Dictionary<string, string> { [HostGuard.ApplicationLabel] = HostGuard.Application, ["app.kubernetes.io/part-of"] = "reconciler" },
            Annotations = new Dictionary<string, string>
            {
                ["kubernetes.io/description"] = $"Stands for the Domains of XenHost {host}: kubectl drain waits for it, and it goes when they have left.",
            },
            // Blocking would need the right to the owner's finalizers (OwnerReferencesPermissionEnforcement), and nobody waits for it.
            OwnerReferences = [OwnerReferences.To(owner) with { BlockOwnerDeletion = null }],
        },
        Spec = new PodSpec
        {
            NodeName = host,
            RestartPolicy = "Always",
            // It has nothing to end; so its deletion is done at once, whatever has become of its kubelet.
            TerminationGracePeriodSeconds = 0,
            ServiceAccountName = HostGuard.Application,
            AutomountServiceAccountToken = false,
            EnableServiceLinks = false,
            Tolerations = [new Toleration { Operator = "Exists" }],
            SecurityContext = new PodSecurityContext
            {
                RunAsNonRoot = true,
                RunAsUser = NoUser,
                RunAsGroup = NoUser,
                SeccompProfile = new SeccompProfile { Type = "RuntimeDefault" },
            },
            Containers =
            [
                new Container
                {
                    Name = "guard",
                    Image = settings.Image,
                    Args = ["guard"],
                    // The runtime's debugging socket would be the only file that it writes.
                    Env = [new EnvVar { Name = "DOTNET_EnableDiagnostics", Value = "0" }],
                    Resources = new ResourceRequirements
                    {
                        Requests = new Dictionary<string, string> { ["cpu"] = "1m", ["memory"] = "16Mi" },
                        Limits = new Dictionary<string, string> { ["memory"] = "64Mi" },
                    },
                    SecurityContext = new SecurityContext
                    {
                        AllowPrivilegeEscalation = false,
                        ReadOnlyRootFilesystem = true,
                        Capabilities = new Capabilities { Drop = ["ALL"] },
                    },
                },
            ],
        },
    };

    /// <summary>Another image: what runs is started anew with it, and the Pod stays.</summary>
    public static JsonPatch WithImage(Pod guard, string image) => Exactly(guard).Replace(Image, image);

    /// <summary>Notes that its eviction was asked for.</summary>
    public static JsonPatch Marked(Pod guard, DateTimeOffset now)
    {
        var at = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        return guard.Metadata.Annotations is { Count: > 0 }
            ? Exactly(guard).Add(Mark, at)
            : Exactly(guard).Add("/metadata/annotations", new JsonObject { [HostGuard.EvictionRequestedAnnotation] = at });
    }

    /// <summary>Forgets that its eviction was asked for, this time.</summary>
    public static JsonPatch Unmarked(Pod guard) => Exactly(guard).Test(Mark, HostGuard.EvictionRequested(guard)).Remove(Mark);

    /// <summary>Of its versions any: a kubelet writes to its status at any time.</summary>
    private static JsonPatch Exactly(Pod guard) => new JsonPatch().Test("/metadata/uid", guard.Metadata.Uid);
}
