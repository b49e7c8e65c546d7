using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Api.Scheduling;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Placement;

/// <summary>Gives a Domain to its host: the finalizer and the label that lets the agent see it come in one write, both or neither.</summary>
/// <remarks>One write less for every start; and no agent ever sees a Domain of its own without the finalizer.</remarks>
internal static class Binding
{
    private const string Finalizers = "/metadata/finalizers";
    private const string Labels = "/metadata/labels";

    /// <summary>The patch; it holds only for the very version of the object that it is made from.</summary>
    public static JsonPatch Of(Domain now, PlacementPlan plan)
    {
        var patch = new JsonPatch()
            .Test("/metadata/uid", now.Metadata.Uid)
            .Test("/metadata/resourceVersion", now.Metadata.ResourceVersion);
        if (plan.AddFinalizer)
        {
            if (now.Metadata.Finalizers is { Count: > 0 }) patch.Add($"{Finalizers}/-", XenApi.ReleaseFinalizer);
            else patch.Add(Finalizers, new JsonArray(XenApi.ReleaseFinalizer));
        }

        if (plan.HostLabel is { } host)
        {
            if (now.Metadata.Labels is { Count: > 0 }) patch.Add($"{Labels}/{XenApi.HostLabel.Replace("/", "~1", StringComparison.Ordinal)}", host);
            else patch.Add(Labels, new JsonObject { [XenApi.HostLabel] = host });
        }

        return patch;
    }
}
