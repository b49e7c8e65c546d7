namespace Reconciler.Kubernetes.Config;

/// <summary>
/// A token in a file that others rotate (kubelet does at 80 % of its life): read again after a minute, and at once when the server
/// refuses it. A file that can't be read leaves the last good token in use.
/// </summary>
internal sealed class TokenFileCredentialSource(string path, string description, TimeProvider time) : CredentialSource
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Credential? _credential;
    private string? _token;
    private long _readAt;

    internal override string Description => description;

    internal override string Remedy => $"See that {path} holds a valid token.";

    internal override ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_credential is not null && time.GetElapsedTime(_readAt) < ReadAgainAfter ? _credential : Read());
        }
    }

    internal override ValueTask<bool> RefreshAsync(Credential rejected, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(!ReferenceEquals(_credential, rejected) || !ReferenceEquals(Read(), rejected));
        }
    }

    private Credential Read()
    {
        _readAt = time.GetTimestamp();
        try
        {
            var token = File.ReadAllText(path).Trim();
            if (token.Length == 0) throw new KubernetesConfigException($"{description} is empty. {Remedy}");
            if (_credential is not null && token == _token) return _credential;
            _token = token;
            return _credential = new Credential { Authorization = $"Bearer {token}" };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or KubernetesConfigException)
        {
            if (_credential is not null) return _credential;
            throw exception as KubernetesConfigException
                ?? new KubernetesConfigException($"Cannot read {description}: {exception.Message} {Remedy}", exception);
        }
    }
}
