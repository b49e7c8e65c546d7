using Microsoft.Extensions.Logging;

namespace Reconciler.Runtime.Web.Admission;

internal static partial class AdmissionLog
{
    [LoggerMessage(1, LogLevel.Information, "{Kind}: refused {Operation} of {Namespace}/{Name} by {User}: {Reason}")]
    public static partial void Refused(ILogger logger, string kind, AdmissionOperations operation, string? @namespace, string name, string? user, string? reason);

    [LoggerMessage(2, LogLevel.Warning, "{Kind}: no answer about {Operation} of {Namespace}/{Name} within {Seconds} s")]
    public static partial void TooSlow(ILogger logger, string kind, AdmissionOperations operation, string? @namespace, string name, double seconds);

    [LoggerMessage(3, LogLevel.Error, "{Kind}: the check of {Operation} of {Namespace}/{Name} failed")]
    public static partial void Broken(ILogger logger, string kind, AdmissionOperations operation, string? @namespace, string name, Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "{Path}: what came is no review: {Reason}")]
    public static partial void Malformed(ILogger logger, string path, string reason);
}
