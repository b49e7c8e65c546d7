using System.Net;

namespace Reconciler.Kubernetes.Client;

/// <summary>The API server refused a call, or could not be reached.</summary>
public sealed class KubernetesApiException : Exception
{
    /// <summary>A refusal, or the lack of an answer.</summary>
    public KubernetesApiException(string message, HttpStatusCode? statusCode, KubernetesStatus? status = null, Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        Status = status;
    }

    /// <summary>Null when no answer came at all.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The server's Status, when it sent one.</summary>
    public KubernetesStatus? Status { get; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The request did not reach the server: any call may be sent again.</summary>
    internal bool WasNotSent { get; init; }

    /// <summary>TLS or credentials are set up wrong: trying again changes nothing.</summary>
    internal bool IsConfigurationError { get; init; }

    /// <summary>There is no such object, or no such kind (404).</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;

    /// <summary>The object changed in between, or a precondition (uid, resourceVersion) did not hold.</summary>
    public bool IsConflict => StatusCode == HttpStatusCode.Conflict && !IsAlreadyExists;

    /// <summary>A create met an object of that name (409 AlreadyExists).</summary>
    public bool IsAlreadyExists => StatusCode == HttpStatusCode.Conflict && Status?.Reason == "AlreadyExists";

    /// <summary>The resource version or the continue token is too old (410).</summary>
    public bool IsGone => StatusCode == HttpStatusCode.Gone || Status?.Reason is "Expired" or "Gone";

    /// <summary>Refused by the schema, a rule, a webhook or a patch's test (422).</summary>
    public bool IsInvalid => StatusCode == HttpStatusCode.UnprocessableEntity;

    /// <summary>
    /// The object is not as the call took it to be: a conflict, or a JSON patch whose test failed or whose path leads nowhere. Expected now and then, and
    /// cured by looking again. Of a patch the server says no more than this sentence (apimachinery, NewGenericServerResponse).
    /// </summary>
    public bool IsOutdated => IsConflict
        || (IsInvalid && (Status?.Message ?? Message).StartsWith("the server rejected our request due to an error in our request", StringComparison.Ordinal));

    /// <summary>RBAC or an admission plugin does not allow it (403).</summary>
    public bool IsForbidden => StatusCode == HttpStatusCode.Forbidden;

    /// <summary>The server does not know who asks (401).</summary>
    public bool IsUnauthorized => StatusCode == HttpStatusCode.Unauthorized;

    /// <summary>No answer, 429, 500, 502, 503 or 504: the same call may succeed later.</summary>
    public bool IsTransient => StatusCode is null or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
}
