using System.Diagnostics;
using Reconciler.Runtime.Queueing;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime.Controllers;

/// <summary>The trace of one run of a key: a root, named after what set the key off and lasting to the run's end; in it the wait in the queue, and the reconcile.</summary>
/// <remarks>What the reconcile does (API calls, steps on a host) becomes its children by being current. A retry is a trace of its own, linked to the run before.</remarks>
internal sealed class ReconcileTrace : IDisposable
{
    private readonly Activity _root;
    private readonly Activity? _reconcile;

    private ReconcileTrace(Activity root, Activity? reconcile)
    {
        _root = root;
        _reconcile = reconcile;
    }

    /// <summary>32 hexadecimal digits, the W3C trace id.</summary>
    public string Id => _root.TraceId.ToHexString();

    /// <summary>Starts it, with the wait that has been behind it; null when nobody listens, or it is not sampled.</summary>
    public static ReconcileTrace? Start(string controller, QueueItem<ObjectKey> item)
    {
        if (!RuntimeActivity.Source.HasListeners())
        {
            return null;
        }

        // A worker belongs to no other trace, whatever was current where it was started.
        Activity.Current = null;
        var trigger = item.Trigger;
        var kind = trigger.Name.StartsWith("watch ", StringComparison.Ordinal) ? ActivityKind.Consumer : ActivityKind.Internal;
        var readyAt = DateTimeOffset.UtcNow - item.Waited;
        var root = RuntimeActivity.Source.StartActivity(
            trigger.Name, kind, default(ActivityContext), tags: null, trigger.Earlier == default ? null : [new ActivityLink(trigger.Earlier)], readyAt);
        if (root is null)
        {
            return null;
        }

        RuntimeActivity.Source.StartActivity($"queue {controller}", ActivityKind.Internal, default(ActivityContext), startTime: readyAt)?.Dispose();
        return new ReconcileTrace(root, RuntimeActivity.Source.StartActivity($"reconcile {controller}"));
    }

    /// <summary>Tags the root and the reconcile.</summary>
    public void Tag(ReconcileScope scope)
    {
        foreach (var (name, value) in scope)
        {
            _root.SetTag(name, value);
            _reconcile?.SetTag(name, value);
        }
    }

    /// <summary>How it ended.</summary>
    /// <param name="outcome">The result's name.</param>
    /// <param name="error">What went wrong, if something did.</param>
    public void End(string outcome, string? error)
    {
        _reconcile?.SetTag("result", outcome);
        if (outcome is not ("success" or "requeue_after"))
        {
            _reconcile?.SetStatus(ActivityStatusCode.Error, error);
        }
    }

    public void Dispose()
    {
        _reconcile?.Dispose();
        _root.Dispose();
    }
}
