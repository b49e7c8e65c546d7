namespace Reconciler.Runtime.Web.Admission;

/// <summary>A validator of any kind, as the server sees it.</summary>
internal interface IAdmissionWebhook
{
    /// <summary>"/validate/domains.xen.reconciler.dev".</summary>
    string Path { get; }

    /// <exception cref="MalformedReviewException">The request does not belong here, or lacks what it must have.</exception>
    Task<AdmissionResponse> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken);
}
