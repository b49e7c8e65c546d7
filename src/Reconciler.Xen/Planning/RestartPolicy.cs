namespace Reconciler.Xen.Planning;

/// <summary>What follows when a guest powers off or crashes without having been asked. A reboot is always followed.</summary>
public enum RestartPolicy
{
    Always,
    OnFailure,
    Never,
}
