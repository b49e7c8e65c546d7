namespace Reconciler.Api.Domains;

/// <summary>What a domain should be doing.</summary>
public enum PowerState
{
    Running,
    Paused,
    Halted,
}
