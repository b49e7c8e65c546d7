using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>Says field errors as an answer to the API server.</summary>
internal static class AdmissionResults
{
    /// <summary>Refused when there are errors: each with its field, its value and the remedy.</summary>
    public static AdmissionResult Of(IReadOnlyList<FieldError> errors, IEnumerable<string> warnings) => errors.Count == 0
        ? AdmissionResult.Allow(warnings)
        : AdmissionResult.Deny(
            string.Join(" ", errors),
            errors.Select(error => new StatusCause
            {
                // metav1.CauseTypeFieldValueRequired and CauseTypeFieldValueInvalid.
                Reason = error.Value is null ? "FieldValueRequired" : "FieldValueInvalid",
                Field = error.Field,
                Message = error.Explanation,
            }));
}
