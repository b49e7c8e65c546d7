using System.Diagnostics;

namespace Reconciler.Runtime.Queueing;

/// <summary>What set a key off: the name of the trace of the run that follows.</summary>
/// <param name="Name">"watch domains.xen.reconciler.dev", "resync", "requeue", "retry", "source" or "add".</param>
public sealed record QueueTrigger(string Name)
{
    /// <summary>The default: somebody added the key.</summary>
    public static QueueTrigger Added { get; } = new("add");

    /// <summary>A source of keys named it.</summary>
    public static QueueTrigger Source { get; } = new("source");

    /// <summary>All keys are looked at again.</summary>
    public static QueueTrigger Resync { get; } = new("resync");

    /// <summary>An earlier run asked for it.</summary>
    public static QueueTrigger Requeue { get; } = new("requeue");

    /// <summary>An earlier run failed.</summary>
    public static QueueTrigger Retry { get; } = new("retry");

    /// <summary>The span of the earlier run, when it was traced.</summary>
    public ActivityContext Earlier { get; private init; }

    /// <summary>A change of an object of a kind.</summary>
    public static QueueTrigger Watch(string resource) => new($"watch {resource}");

    /// <summary>This trigger, linked to the span that is current, if one is.</summary>
    internal QueueTrigger AfterCurrent() => Activity.Current is { } current ? this with { Earlier = current.Context } : this;
}
