namespace Reconciler.Kubernetes.Config;

/// <summary>
/// A client certificate and its key in files that others rotate (kubelet, cert-manager): read again after a minute, and at once when asked
/// to. Files that can't be used, as while only one of the two is written, leave the last good pair in use.
/// </summary>
internal sealed class ClientCertificateFile
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Func<(string Certificate, string Key)> _read;
    private readonly string _description;
    private readonly TimeProvider _time;
    private (string Certificate, string Key) _text;
    private ClientCertificate _current;
    private long _readAt;

    /// <param name="read">The two texts (PEM); throws <see cref="KubernetesConfigException"/> when they can't be read.</param>
    /// <param name="description">Whose it is, for messages.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="KubernetesConfigException">What is there now can't be used.</exception>
    internal ClientCertificateFile(Func<(string Certificate, string Key)> read, string description, TimeProvider time)
    {
        (_read, _description, _time) = (read, description, time);
        _text = read();
        _current = Parse(_text);
        _readAt = time.GetTimestamp();
    }

    /// <summary>The pair to use now. The same instance for as long as the files say the same.</summary>
    internal ClientCertificate Current(bool readNow = false)
    {
        lock (_gate)
        {
            if (!readNow && _time.GetElapsedTime(_readAt) < ReadAgainAfter) return _current;
            _readAt = _time.GetTimestamp();
            try
            {
                var text = _read();
                if (text != _text) (_current, _text) = (Parse(text), text);
            }
            catch (KubernetesConfigException)
            {
                // The last good pair; when that expires the server says so.
            }

            return _current;
        }
    }

    private ClientCertificate Parse((string Certificate, string Key) text) =>
        ClientCertificate.FromPem(text.Certificate, text.Key, _description, _time);
}
