using System.Text;

namespace Reconciler.Testing.ScriptedServer;

/// <summary>What a client sent.</summary>
/// <param name="Method">"GET".</param>
/// <param name="Target">Path and query as they came: "/api/v1/nodes?limit=5".</param>
/// <param name="Headers">By name, in any case; values of one name joined by ", ".</param>
/// <param name="Body">Empty when there is none.</param>
/// <param name="ConnectionId">From 1, by order of the connections.</param>
/// <param name="ServerName">The name that the client asked for in its TLS handshake (SNI).</param>
/// <param name="ClientCertificateSubject">Subject of the client's certificate.</param>
public sealed record ScriptedRequest(
    string Method,
    string Target,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body,
    int ConnectionId,
    string? ServerName,
    string? ClientCertificateSubject)
{
    /// <summary>The body as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>A header's value; null when it is absent.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
