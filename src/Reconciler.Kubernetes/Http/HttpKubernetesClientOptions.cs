namespace Reconciler.Kubernetes.Http;

/// <summary>Limits and identity of an <see cref="HttpKubernetesClient"/>. The defaults fit a controller.</summary>
public sealed record HttpKubernetesClientOptions
{
    /// <summary>Who calls, for the server's audit log: see <see cref="UserAgents.For"/>.</summary>
    public string UserAgent { get; init; } = UserAgents.For("reconciler");

    /// <summary>Limit of one call, its retries not counted. Watches have none: <see cref="Client.WatchOptions.Timeout"/>.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit of one page of a list, and of the start of a watch.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Limit of a TCP connection and TLS handshake.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long after its own timeout a server may still end a watch, before the client gives it up as dead.</summary>
    public TimeSpan WatchGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an HTTP/2 connection with calls or watches under way may bring nothing before the server is asked whether it is there (a PING frame).
    /// With <see cref="PingTimeout"/>, within how long a peer that went away without a word is noticed, also below a watch on which
    /// nothing happens. A second or more.
    /// </summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the answer may take before the connection is given up, with all that is under way on it. A second or more.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Tries after the first.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>Wait before the first retry when the server names none; doubles, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>A server that asks for a longer wait is not waited for here: the error says how long, and the caller's back-off decides.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Calls in flight at once; more of them wait. Watches are not counted.</summary>
    public int MaxConcurrentCalls { get; init; } = 64;

    /// <summary>
    /// The highest version of HTTP. Over HTTP/2 all calls share a connection, and one that has lost too many packets holds them up together,
    /// for as long as TCP waits; over HTTP/1.1 a call that is given up takes its connection with it, and the next has a new one.
    /// </summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version20;
}
