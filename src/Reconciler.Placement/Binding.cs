using System.Text.Json.Nodes;
using Reconciler.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Placement;

/// <summary>Gives an object to its host: the finalizer and the label that lets the agent see it come in one write, both or neither.</summary>
/// <remarks>One write less for every start; and no agent ever sees an object of its own without the finalizer.</remarks>
internal static class Binding
{
    private const string Finalizers = "/metadata/finalizers";
    private const string Labels = "/metadata/labels";
    private static readonly string HostLabel = $"{Labels}/{XenApi.HostLabel.Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The patch; it holds only for the very version of the object that it is made from.</summary>
    /// <param name="now">Of the object, as last read or written.</param>
    /// <param name="addFinalizer">Whether the finalizer is missing.</param>
    /// <param name="host">The label's new value; null leaves it as it is.</param>
    public static JsonPatch Of(ObjectMeta now, bool addFinalizer, string? host)
    {
        var patch = Exactly(now);
        if (addFinalizer) Append(patch, now, XenApi.ReleaseFinalizer);

        if (host is not null)
        {
            if (now.Labels is { Count: > 0 }) patch.Add(HostLabel, host);
            else patch.Add(Labels, new JsonObject { [XenApi.HostLabel] = host });
        }

        return patch;
    }

    /// <summary>Takes the label off: the object has no host any more.</summary>
    public static JsonPatch Unlabel(ObjectMeta now) => Exactly(now).Remove(HostLabel);

    /// <summary>Takes a finalizer off.</summary>
    public static JsonPatch Release(ObjectMeta now, string finalizer)
    {
        var path = $"{Finalizers}/{now.Finalizers!.ToList().IndexOf(finalizer)}";
        return Exactly(now).Test(path, finalizer).Remove(path);
    }

    /// <summary>Puts a finalizer on.</summary>
    public static JsonPatch Hold(ObjectMeta now, string finalizer) => Append(Exactly(now), now, finalizer);

    private static JsonPatch Append(JsonPatch patch, ObjectMeta now, string finalizer) => now.Finalizers is { Count: > 0 }
        ? patch.Add($"{Finalizers}/-", finalizer)
        : patch.Add(Finalizers, new JsonArray(finalizer));

    private static JsonPatch Exactly(ObjectMeta now) => new JsonPatch()
        .Test("/metadata/uid", now.Uid)
        .Test("/metadata/resourceVersion", now.ResourceVersion);
}
