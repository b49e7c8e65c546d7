using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>One thing in a history. Prints as it is written in a test, so that a counterexample can be pasted.</summary>
public abstract record Happening
{
    /// <summary>The user wants this; null: deletes the object.</summary>
    public sealed record Wants(DesiredPower? Power) : Happening;

    /// <summary>The agent takes the domain once, undisturbed.</summary>
    public sealed record Reconciled : Happening;

    /// <summary>The agent takes the domain once, and at the n-th point of what it does on the host this goes wrong.</summary>
    public sealed record Disturbed(FaultKind Kind, int Point) : Happening;

    /// <summary>The agent takes the domain, and dies before it has written to status.</summary>
    public sealed record DiedBeforeStatus : Happening;

    public sealed record Passed(int Seconds) : Happening;

    /// <summary>The guest ends by itself, if it runs.</summary>
    public sealed record GuestEnded(ShutdownReason Reason) : Happening;

    public sealed record PausedByHand : Happening;

    public sealed record UnpausedByHand : Happening;

    public sealed record DestroyedByHand : Happening;

    public sealed record ResumedByHand : Happening;

    /// <summary>A domain of somebody else's takes the name, if it is free.</summary>
    public sealed record NameTaken : Happening;

    public sealed record NameFreed : Happening;

    /// <summary>Somebody makes a domain, and the user has the object adopt it: once in a history, while the object has none of its own.</summary>
    public sealed record MadeByHand : Happening;

    public sealed record HostRebooted : Happening;

    /// <summary>The user wants these devices (<see cref="Gear"/>), all that there are.</summary>
    public sealed record WantsGear(string Gear) : Happening;

    /// <summary>Somebody attaches a device of his own in this slot of our domain, if it is free.</summary>
    public sealed record SlotTaken(char Slot) : Happening;

    public sealed record SlotFreed(char Slot) : Happening;

    /// <summary>Somebody takes our device away by force.</summary>
    public sealed record DetachedByHand(char Slot) : Happening;

    /// <summary>What served our device in dom0 is lost.</summary>
    public sealed record BackendLost(char Slot) : Happening;

    /// <summary>Somebody removes every rule of dom0's firewall.</summary>
    public sealed record RulesFlushed : Happening;

    /// <summary>The bridge is removed, and made again.</summary>
    public sealed record BridgeMadeAgain : Happening;

    public sealed record PolicyChanged(RestartPolicy Restart, OnShutdownTimeout OnTimeout) : Happening;
}
