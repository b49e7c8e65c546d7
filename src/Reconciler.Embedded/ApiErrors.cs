using System.Net;
using Reconciler.Embedded.Ownership;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Schemas;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Embedded;

/// <summary>The API server's refusals, in its own words where clients or users know them (apimachinery's errors.go).</summary>
internal static class ApiErrors
{
    public static KubernetesApiException NotFound(ResourceType type, string name) =>
        Error(HttpStatusCode.NotFound, "NotFound", $"{type.QualifiedName} \"{name}\" not found", type, name);

    public static KubernetesApiException AlreadyExists(ResourceType type, string name) =>
        Error(HttpStatusCode.Conflict, "AlreadyExists", $"{type.QualifiedName} \"{name}\" already exists", type, name);

    public static KubernetesApiException Conflict(ResourceType type, string name, string why) =>
        Error(HttpStatusCode.Conflict, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": {why}", type, name);

    public static KubernetesApiException ApplyConflict(ResourceType type, string name, IReadOnlyList<ApplyConflict> conflicts)
    {
        var causes = conflicts
            .SelectMany(c => c.Fields.Paths().Select(path => Cause("FieldManagerConflict", $"conflict with \"{c.Manager}\"", path)))
            .ToArray();
        var list = string.Join(", ", causes.Select(c => $"{c.Message}: {c.Field}"));
        var message = $"Apply failed with {causes.Length} conflict{(causes.Length == 1 ? "" : "s")}: {list}";
        return Error(HttpStatusCode.Conflict, "Conflict", message, type, name, causes);
    }

    public static KubernetesApiException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors) =>
        Error(
            HttpStatusCode.UnprocessableEntity, "Invalid", $"{type.Kind}.{type.Group} \"{name}\" is invalid: {string.Join("; ", errors)}",
            type, name, [.. errors.Select(e => Cause(e.Reason, e.Message, e.Field))]);

    public static KubernetesApiException Rejected(ResourceType type, string name, string why) =>
        Error(
            HttpStatusCode.UnprocessableEntity, "Invalid", $"the server rejected our request due to an error in our request: {why}", type,
            name);

    public static KubernetesApiException BadRequest(string message) => Error(HttpStatusCode.BadRequest, "BadRequest", message);

    public static KubernetesApiException Expired(string message) => Error(HttpStatusCode.Gone, "Expired", message);

    public static KubernetesApiException TooLargeResourceVersion(long asked, long current) =>
        Error(
            HttpStatusCode.GatewayTimeout, "Timeout", $"Too large resource version: {asked}, current: {current}",
            causes: [Cause("ResourceVersionTooLarge", "Too large resource version", field: null)]);

    public static KubernetesApiException Internal(string message, Exception? cause = null) =>
        Error(HttpStatusCode.InternalServerError, "InternalError", message, cause: cause);

    private static StatusCause Cause(string reason, string message, string? field) => new() { Reason = reason, Message = message, Field = field };

    private static KubernetesApiException Error(
        HttpStatusCode code, string reason, string message,
        ResourceType? type = null, string? name = null, IReadOnlyList<StatusCause>? causes = null, Exception? cause = null) =>
        new(
            message,
            code,
            new KubernetesStatus
            {
                Code = (int)code,
                Reason = reason,
                Message = message,
                Details = type is null && causes is null
                    ? null
                    : new StatusDetails { Name = name, Group = type?.Group, Kind = type?.Plural, Causes = causes },
            },
            cause);
}
