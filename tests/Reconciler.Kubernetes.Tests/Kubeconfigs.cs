using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests;

/// <summary>Kubeconfig files of tests.</summary>
internal static class Kubeconfigs
{
    /// <summary>A file with one context "dev", cluster "lab" and user "me"; both blocks are YAML from column 1 on.</summary>
    internal static string Text(string cluster, string user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: dev
        contexts:
        - name: dev
          context: {cluster: lab, user: me, namespace: games}
        clusters:
        - name: lab
          cluster:
        {{Indent(cluster)}}
        users:
        - name: me
          user:
        {{Indent(user)}}
        """;

    internal static KubernetesConfig Load(TempFolder folder, string cluster, string user = "token: secret", TimeProvider? time = null) =>
        KubernetesConfig.Load(folder.Write("config", Text(cluster, user)), null, Environment(folder, time: time));

    /// <summary>A client of a scripted server. Retries come at once.</summary>
    internal static HttpKubernetesClient Client(
        TempFolder folder, ScriptedHttpServer server, string user = "token: secret", string more = "", TimeProvider? time = null, HttpKubernetesClientOptions? options = null) =>
        new(Load(folder, $"server: {server.Address}\n{more}", user, time), options ?? new HttpKubernetesClientOptions { RetryDelay = TimeSpan.FromMilliseconds(1) }, time);

    internal static ConfigEnvironment Environment(TempFolder folder, Dictionary<string, string>? variables = null, TimeProvider? time = null) => new(
        name => variables?.GetValueOrDefault(name),
        Path.Combine(folder.Path, "home"),
        Path.Combine(folder.Path, "serviceaccount"),
        time ?? TimeProvider.System);

    /// <summary>PEM as a block scalar's or data field's base64.</summary>
    internal static string Data(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => $"    {line}"));
}
