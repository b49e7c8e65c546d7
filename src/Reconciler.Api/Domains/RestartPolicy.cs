namespace Reconciler.Api.Domains;

/// <summary>What follows when a guest ends by itself.</summary>
public enum RestartPolicy
{
    Always,
    OnFailure,
    Never,
}
