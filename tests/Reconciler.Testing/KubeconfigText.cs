using System.Text;

namespace Reconciler.Testing;

/// <summary>A kubeconfig with one cluster and one user.</summary>
public static class KubeconfigText
{
    /// <param name="server">https://host:port, or http://.</param>
    /// <param name="token">The user's bearer token.</param>
    /// <param name="authorityPem">Who signed the server's certificate; null for plain HTTP.</param>
    public static string Of(Uri server, string token, string? authorityPem = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var authority = authorityPem is null ? "" : $", certificate-authority-data: {Convert.ToBase64String(Encoding.UTF8.GetBytes(authorityPem))}";
        return $$$"""
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test}}]
            clusters:
            - name: test
              cluster: {server: "{{{server.GetLeftPart(UriPartial.Authority)}}}"{{{authority}}} }
            users: [{name: test, user: {token: "{{{token}}}"}}]
            """;
    }
}
