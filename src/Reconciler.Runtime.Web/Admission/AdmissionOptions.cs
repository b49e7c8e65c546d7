using System.Net;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>How admission webhooks are served.</summary>
public sealed record AdmissionOptions
{
    /// <summary>All addresses unless said: the API server comes from outside of the pod.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; } = 9443;

    /// <summary>
    /// How long a validator may take. Every user who writes waits for it, and the API server gives up after the timeoutSeconds of its
    /// configuration, which has to be more.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What is answered when a validator breaks or takes longer. As the failurePolicy of the configuration, unless there is a reason.</summary>
    public AdmissionFailure OnFailure { get; init; } = AdmissionFailure.Allow;

    /// <summary>
    /// The longest review, bytes. An update carries the object twice, and the API server takes requests of 3 MiB at most
    /// (k8s.io/apiserver, MaxRequestBodyBytes).
    /// </summary>
    public long MaximumBodyBytes { get; init; } = 7 * 1024 * 1024;
}
