namespace Reconciler.Runtime.Web.Certificates;

/// <summary>A serving certificate of an own authority, made by the leader and shared through a Secret.</summary>
public sealed record OwnCertificateOptions
{
    /// <summary>The Secret's namespace: that of the pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>The Secret's name. It is made when it is not there.</summary>
    public required string SecretName { get; init; }

    /// <summary>The ValidatingWebhookConfiguration that is told whom to trust (caBundle of each of its webhooks).</summary>
    public required string ConfigurationName { get; init; }

    /// <summary>
    /// Under which names and addresses the API server calls: "SERVICE.NAMESPACE.svc" for a Service, see <see cref="OfService"/>.
    /// </summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>Owner of what is written by server-side apply.</summary>
    public required string FieldManager { get; init; }

    /// <summary>How long a certificate is good for. A new one is made after two thirds of that.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long API servers may take to hear of a new authority, before a certificate of it is served. Their own watches carry it, which
    /// is a matter of milliseconds; a replica of them that is cut off for a moment catches up within seconds.
    /// </summary>
    public TimeSpan PropagationDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The names of a Service: the one that the API server uses, and the shorter and longer ones that people do.</summary>
    public static IReadOnlyList<string> OfService(string service, string @namespace) =>
        [$"{service}.{@namespace}.svc", $"{service}.{@namespace}.svc.cluster.local", $"{service}.{@namespace}", service];
}
