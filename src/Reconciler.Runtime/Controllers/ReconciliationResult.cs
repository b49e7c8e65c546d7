using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Controllers;

/// <summary>What a reconcile came to, and when the key is to be looked at again.</summary>
/// <typeparam name="T">The kind of object.</typeparam>
public sealed record ReconciliationResult<T>
    where T : class, IResource<T>
{
    private ReconciliationResult()
    {
    }

    /// <summary>True for <see cref="Success()"/> and <see cref="Requeue"/>.</summary>
    public bool IsSuccess { get; private init; }

    /// <summary>Look again after this time; only with success.</summary>
    public TimeSpan? RequeueAfter { get; private init; }

    /// <summary>What went wrong; only with failure.</summary>
    public string? ErrorMessage { get; private init; }

    /// <summary>The exception behind it, if there was one.</summary>
    public Exception? Error { get; private init; }

    /// <summary>True when trying again is useless before the object changes.</summary>
    public bool IsTerminal { get; private init; }

    /// <summary>All is as it should be until something changes.</summary>
    public static ReconciliationResult<T> Success() => new() { IsSuccess = true };

    /// <summary>All is as it should be for now; look again after a while (a deadline, a poll).</summary>
    public static ReconciliationResult<T> Requeue(TimeSpan after) => new() { IsSuccess = true, RequeueAfter = after };

    /// <summary>Success, and look again after a while unless null.</summary>
    public static ReconciliationResult<T> Success(TimeSpan? requeueAfter) => new() { IsSuccess = true, RequeueAfter = requeueAfter };

    /// <summary>It failed and is tried again with growing back-off, for ever.</summary>
    public static ReconciliationResult<T> Failure(string errorMessage, Exception? error = null) => new() { ErrorMessage = errorMessage, Error = error };

    /// <summary>It failed and will fail again: not retried until the object (or a resync) brings the key back.</summary>
    public static ReconciliationResult<T> Terminal(string errorMessage, Exception? error = null) =>
        new() { ErrorMessage = errorMessage, Error = error, IsTerminal = true };
}
