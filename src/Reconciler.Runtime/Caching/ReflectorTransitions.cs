using System.Net;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Runtime.Caching;

/// <summary>Where a reflector goes when the server refuses. Pure; after client-go's reflector.go and kube-rs' watcher.rs.</summary>
internal static class ReflectorTransitions
{
    /// <summary>The stream of the first list failed before it was complete.</summary>
    public static ReflectorState StreamFailed(ReflectorState.Streaming state, Exception failure) => failure switch
    {
        // Whatever the server says against it (422 from those that are too old, 403 without the right to watch): a list may work.
        KubernetesApiException { StatusCode: not null } => new ReflectorState.Listing(state.ResourceVersion),
        // It was not reached, or the stream broke: it has not refused.
        _ => state,
    };

    /// <summary>A page of a list failed.</summary>
    public static ReflectorState ListFailed(ReflectorState state, Exception failure) => failure switch
    {
        // The version is compacted, the continue token too old, or the server is behind what we ask for: take what it has now.
        KubernetesApiException { IsGone: true } => new ReflectorState.Listing(null),
        KubernetesApiException api when IsTooLarge(api.Status) => new ReflectorState.Listing(null),
        // Everything else, 403 (RBAC comes later) and 404 (CRD comes later) too: the same question again.
        _ => state,
    };

    /// <summary>A watch could not start, or broke.</summary>
    /// <param name="resourceVersion">The last one seen.</param>
    /// <param name="failure">What broke it.</param>
    public static ReflectorState WatchFailed(string resourceVersion, Exception failure) => failure switch
    {
        KubernetesApiException { IsGone: true } => new ReflectorState.Listing(null),
        KubernetesApiException api when IsTooLarge(api.Status) => new ReflectorState.Listing(null),
        // The server is away or busy, not wrong: nothing was missed that the same version would not bring.
        KubernetesApiException
        {
            StatusCode: null or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout
        } => new ReflectorState.Watching(resourceVersion),
        KubernetesApiException => new ReflectorState.Listing(resourceVersion),
        // A broken stream (I/O error): as a lost connection.
        _ => new ReflectorState.Watching(resourceVersion),
    };

    /// <summary>An ERROR frame came in the stream of a watch that was answered with 200.</summary>
    public static ReflectorState ErrorFrame(string resourceVersion, KubernetesStatus? status) =>
        IsGone(status) || IsTooLarge(status) ? new ReflectorState.Listing(null) : new ReflectorState.Listing(resourceVersion);

    public static bool IsGone(KubernetesStatus? status) => status is { Code: (int)HttpStatusCode.Gone } or { Reason: "Expired" or "Gone" };

    // apimachinery's IsTooLargeResourceVersion: by cause since 1.18, by message before.
    private static bool IsTooLarge(KubernetesStatus? status) =>
        status is not null
        && (status.Details?.Causes?.Any(c => c.Reason == "ResourceVersionTooLarge") == true
            || status.Message?.Contains("Too large resource version", StringComparison.OrdinalIgnoreCase) == true);
}
