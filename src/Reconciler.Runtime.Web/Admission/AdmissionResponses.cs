using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Says a validator's result as the API server wants it.</summary>
internal static class AdmissionResponses
{
    /// <summary>Warnings go into a header of the answer to the user; k8s.io/apiserver drops those with control characters.</summary>
    private const int LongestWarning = 1024;

    public static AdmissionResponse Of(AdmissionResult result, AdmissionContext context, ResourceDefinition definition) => new()
    {
        Uid = context.Uid,
        Allowed = result.IsAllowed,
        Warnings = result.Warnings.Count == 0 ? null : [.. result.Warnings.Select(Line)],
        Status = result.IsAllowed ? null : Refusal(result, context, definition),
    };

    /// <summary>
    /// With fields it is Invalid, as a violation of the schema is, and kubectl lists the fields. Without it must not be: kubectl prints
    /// nothing of an Invalid but its fields.
    /// </summary>
    private static KubernetesStatus Refusal(AdmissionResult result, AdmissionContext context, ResourceDefinition definition)
    {
        var hasFields = result.Causes.Count > 0;
        var (code, reason) = result.IsForNow ? (HttpStatusCode.TooManyRequests, "TooManyRequests")
            : hasFields ? (HttpStatusCode.UnprocessableEntity, "Invalid")
            : (HttpStatusCode.Forbidden, "Forbidden");
        return new KubernetesStatus
        {
            Code = (int)code,
            Reason = reason,
            Message = result.Message,
            Details = new StatusDetails
            {
                Name = context.Name.Length > 0 ? context.Name : null,
                Group = definition.Group,
                Kind = definition.Kind,
                Causes = hasFields ? result.Causes : null,
            },
        };
    }

    private static string Line(string warning)
    {
        var line = string.Create(Math.Min(warning.Length, LongestWarning), warning, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
        // Half a surrogate pair would be no UTF-8.
        return line.Length > 0 && char.IsHighSurrogate(line[^1]) ? line[..^1] : line;
    }
}
