namespace Reconciler.Kubernetes.Config;

/// <summary>Adds a client certificate to what another source gives, which may be nothing, or a token beside it.</summary>
internal sealed class CertifiedCredentialSource(CredentialSource inner, ClientCertificateFile certificate) : CredentialSource
{
    private readonly Lock _gate = new();
    private Credential? _inner;
    private Credential? _credential;

    internal override string Description => inner.Description;

    internal override string Remedy => inner.Remedy;

    internal override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken) =>
        Certify(await inner.GetAsync(cancellationToken).ConfigureAwait(false), certificate.Current());

    internal override async ValueTask<bool> RefreshAsync(Credential rejected, CancellationToken cancellationToken)
    {
        Credential? rejectedInner;
        lock (_gate)
        {
            // Another call was refused too, and has refreshed already.
            if (!ReferenceEquals(_credential, rejected)) return true;
            rejectedInner = _inner;
        }

        var isRenewed = !ReferenceEquals(certificate.Current(readNow: true), rejected.Certificate);
        return await inner.RefreshAsync(rejectedInner!, cancellationToken).ConfigureAwait(false) || isRenewed;
    }

    /// <summary>The same instance for the same parts: connections are kept by it.</summary>
    private Credential Certify(Credential from, ClientCertificate current)
    {
        // A plugin's own certificate is newer than that of the file.
        var shown = from.Certificate ?? current;
        lock (_gate)
        {
            if (_credential is not null && ReferenceEquals(_inner, from) && ReferenceEquals(_credential.Certificate, shown)) return _credential;
            _inner = from;
            return _credential = new Credential { Authorization = from.Authorization, Certificate = shown };
        }
    }
}
