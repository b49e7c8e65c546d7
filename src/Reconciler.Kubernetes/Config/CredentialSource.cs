namespace Reconciler.Kubernetes.Config;

/// <summary>Where credentials come from. Safe for concurrent use.</summary>
internal abstract class CredentialSource
{
    /// <summary>What it is, for messages: <c>the token of user "x" in /path</c>.</summary>
    internal abstract string Description { get; }

    /// <summary>What to do when the server refuses it, for messages.</summary>
    internal abstract string Remedy { get; }

    /// <summary>The credential to use now.</summary>
    internal abstract ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server refused <paramref name="rejected"/> (401): true when another one is there now, worth one more try.</summary>
    internal virtual ValueTask<bool> RefreshAsync(Credential rejected, CancellationToken cancellationToken) => new(false);
}
