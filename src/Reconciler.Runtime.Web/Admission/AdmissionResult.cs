using Reconciler.Kubernetes.Client;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>What a validator says of a request.</summary>
public sealed record AdmissionResult
{
    private AdmissionResult()
    {
    }

    public bool IsAllowed { get; private init; }

    /// <summary>Why it is refused, for people; only with a refusal.</summary>
    public string? Message { get; private init; }

    /// <summary>It is refused now and may pass later; only with a refusal.</summary>
    public bool IsForNow { get; private init; }

    /// <summary>The fields that are wrong; only with a refusal.</summary>
    public IReadOnlyList<StatusCause> Causes { get; private init; } = [];

    /// <summary>What the user should know all the same; kubectl prints each on a line. Short: a server may cut one after 256 characters.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    public static AdmissionResult Allow(params IEnumerable<string> warnings) => new() { IsAllowed = true, Warnings = [.. warnings] };

    /// <summary>Refused as 429 TooManyRequests: kubectl drain, as other clients of evictions, tries again until it passes, and prints the message each time.</summary>
    /// <param name="message">What it has to wait for.</param>
    public static AdmissionResult DenyForNow(string message) => new() { Message = message, IsForNow = true };

    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="causes">One for each field. With causes kubectl shows these and not the message, so they say all that it says.</param>
    public static AdmissionResult Deny(string message, params IEnumerable<StatusCause> causes) => new() { Message = message, Causes = [.. causes] };
}
