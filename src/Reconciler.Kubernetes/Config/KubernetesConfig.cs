using System.Net;

namespace Reconciler.Kubernetes.Config;

/// <summary>How to reach an API server: address, trust, credentials, and where all of that was read.</summary>
public sealed class KubernetesConfig
{
    internal KubernetesConfig(Uri server, string source, ServerTrust trust, CredentialSource credentials)
    {
        Server = server;
        Source = source;
        Trust = trust;
        Credentials = credentials;
    }

    /// <summary>The server's address, with the path prefix that some proxies in front of it use.</summary>
    public Uri Server { get; }

    /// <summary>Where this was read, for messages: <c>context "dev" of /home/me/.kube/config</c>.</summary>
    public string Source { get; }

    /// <summary>The namespace of the context, or of the pod; null when none is set.</summary>
    public string? Namespace { get; internal init; }

    /// <summary>proxy-url, without its login; null leaves it to the HTTPS_PROXY and NO_PROXY variables.</summary>
    public Uri? Proxy { get; internal init; }

    /// <summary>The login in proxy-url, for a proxy that asks for one.</summary>
    internal NetworkCredential? ProxyLogin { get; init; }

    internal ServerTrust Trust { get; }

    internal CredentialSource Credentials { get; }

    internal Impersonation? Impersonation { get; init; }

    /// <summary>
    /// The first that there is of: <paramref name="path"/>, the files of KUBECONFIG, ~/.kube/config, the pod's service account.
    /// </summary>
    /// <param name="path">A kubeconfig file.</param>
    /// <param name="context">A context of it; null: its current one.</param>
    /// <exception cref="KubernetesConfigException">There is none, or it is wrong: the message says where and what to do.</exception>
    public static KubernetesConfig Load(string? path = null, string? context = null) =>
        Load(path, context, ConfigEnvironment.Process);

    /// <summary>The pod's service account.</summary>
    /// <exception cref="KubernetesConfigException">This process does not run in a pod with a service account.</exception>
    public static KubernetesConfig InCluster() => InClusterConfig.Load(ConfigEnvironment.Process);

    internal static KubernetesConfig Load(string? path, string? context, ConfigEnvironment environment)
    {
        if (path is not null) return KubeconfigLoader.Load([path], context, environment, skipMissing: false);

        if (environment.GetVariable("KUBECONFIG") is { Length: > 0 } list)
        {
            var files = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return KubeconfigLoader.Load(files, context, environment, skipMissing: true);
        }

        var inHome = Path.Combine(environment.Home, ".kube", "config");
        if (File.Exists(inHome)) return KubeconfigLoader.Load([inHome], context, environment, skipMissing: false);
        if (InClusterConfig.IsAvailable(environment)) return InClusterConfig.Load(environment);
        throw new KubernetesConfigException(
            $"No way to an API server is configured: KUBECONFIG is not set, there is no {inHome}, and this is no pod (KUBERNETES_SERVICE_HOST is not set). "
            + "Name a kubeconfig file.");
    }
}
