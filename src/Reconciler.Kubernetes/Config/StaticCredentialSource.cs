namespace Reconciler.Kubernetes.Config;

/// <summary>A credential that stands in the configuration itself.</summary>
internal sealed class StaticCredentialSource(Credential credential, string description, string remedy) : CredentialSource
{
    internal override string Description => description;

    internal override string Remedy => remedy;

    internal override ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);
}
