namespace Reconciler.Xen.Host;

/// <summary>What a domain should be doing.</summary>
public enum DesiredPower
{
    Running,
    Paused,
    Halted,
}
