using Microsoft.Extensions.Logging;

namespace Reconciler.Runtime.Controllers;

internal static partial class ControllerLog
{
    [LoggerMessage(1, LogLevel.Information, "{Controller}: started with {Workers} workers")]
    public static partial void Started(ILogger logger, string controller, int workers);

    [LoggerMessage(2, LogLevel.Warning, "{Controller}: {Key} failed ({ReconcileId}), trying again: {Error}")]
    public static partial void Failed(ILogger logger, string controller, ObjectKey key, string reconcileId, string? error, Exception? exception);

    [LoggerMessage(3, LogLevel.Warning, "{Controller}: {Key} not done within {Seconds} s ({ReconcileId}), trying again")]
    public static partial void TimedOut(ILogger logger, string controller, ObjectKey key, string reconcileId, double seconds);

    [LoggerMessage(4, LogLevel.Information, "{Controller}: {Key} changed meanwhile ({ReconcileId}), looking again: {Error}")]
    public static partial void Conflict(ILogger logger, string controller, ObjectKey key, string reconcileId, string error);

    [LoggerMessage(5, LogLevel.Error, "{Controller}: {Key} threw ({ReconcileId}), trying again")]
    public static partial void Threw(ILogger logger, string controller, ObjectKey key, string reconcileId, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "{Controller}: a source of keys failed, opening it again")]
    public static partial void SourceFailed(ILogger logger, string controller, Exception exception);
}
