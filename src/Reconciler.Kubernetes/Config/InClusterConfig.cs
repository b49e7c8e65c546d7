using System.Globalization;

namespace Reconciler.Kubernetes.Config;

/// <summary>The service account that kubelet mounts into a pod.</summary>
internal static class InClusterConfig
{
    internal static bool IsAvailable(ConfigEnvironment environment) => environment.GetVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 };

    internal static KubernetesConfig Load(ConfigEnvironment environment)
    {
        var host = environment.GetVariable("KUBERNETES_SERVICE_HOST");
        var port = environment.GetVariable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host))
            throw new KubernetesConfigException("This is no pod: KUBERNETES_SERVICE_HOST is not set. Use a kubeconfig file.");
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            throw new KubernetesConfigException($"KUBERNETES_SERVICE_PORT is \"{port}\"; expected: the API server's port.");

        var directory = environment.ServiceAccountDirectory;
        var token = Path.Combine(directory, "token");
        if (!File.Exists(token))
        {
            throw new KubernetesConfigException(
                $"There is no {token}: the pod has no service account token. Remove 'automountServiceAccountToken: false', or use a kubeconfig file.");
        }

        var trust = new ServerTrust(environment.Time)
        {
            AuthorityFile = Path.Combine(directory, "ca.crt"),
            AuthoritySource = $"the pod's {Path.Combine(directory, "ca.crt")}",
        };
        trust.Check();

        var namespaceFile = Path.Combine(directory, "namespace");
        var credentials = new TokenFileCredentialSource(token, $"the service account token {token}", environment.Time);
        return new KubernetesConfig(new UriBuilder(Uri.UriSchemeHttps, host, number).Uri, "the pod's service account", trust, credentials)
        {
            Namespace = File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : null,
        };
    }
}
