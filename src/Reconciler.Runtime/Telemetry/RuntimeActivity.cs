using System.Diagnostics;

namespace Reconciler.Runtime.Telemetry;

/// <summary>The runtime's traces: one activity per reconcile, "reconcile NAME", tagged kind, namespace, name, uid, reconcileId and result.</summary>
public static class RuntimeActivity
{
    /// <summary>The name of the source, for the tracer's configuration.</summary>
    public const string SourceName = "Reconciler.Runtime";

    // A handle without state of its own; listeners are the process's.
    internal static readonly ActivitySource Source = new(SourceName);
}
