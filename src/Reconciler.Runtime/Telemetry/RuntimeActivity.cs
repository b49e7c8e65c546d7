using System.Diagnostics;

namespace Reconciler.Runtime.Telemetry;

/// <summary>The runtime's traces: one for each run of a key, from what set it off to the last write.</summary>
public static class RuntimeActivity
{
    /// <summary>The name of the source, for the tracer's configuration.</summary>
    public const string SourceName = "Reconciler.Runtime";

    // A handle without state of its own; listeners are the process's.
    internal static readonly ActivitySource Source = new(SourceName);
}
