using System.CommandLine;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;

namespace Reconciler.Cli;

/// <summary>The frame around every command that talks to a cluster: connect, run, and make one line of what went wrong.</summary>
internal static class ClusterCommand
{
    /// <summary>Connects and runs.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="cluster">The options that say which cluster.</param>
    /// <param name="action">The command; given the client and the namespace of what is named without one. Its result is the exit code.</param>
    /// <param name="failed">The exit code when it failed.</param>
    /// <param name="cancellationToken">Ctrl+C.</param>
    /// <returns>The exit code: that of the command; <paramref name="failed"/> when the cluster can't be reached or refuses, or on a <see cref="CommandException"/>.</returns>
    public static async Task<int> RunAsync(
        ParseResult result, ClusterOptions cluster, Func<IKubernetesClient, string, CancellationToken, Task<int>> action, int failed, CancellationToken cancellationToken)
    {
        try
        {
            var config = cluster.Load(result);
            using var client = new HttpKubernetesClient(config, new HttpKubernetesClientOptions { UserAgent = UserAgents.For("kubectl-xen") });
            return await action(client, cluster.NamespaceOf(result, config), cancellationToken);
        }
        catch (Exception e) when (e is KubernetesConfigException or KubernetesApiException or CommandException)
        {
            await result.InvocationConfiguration.Error.WriteLineAsync($"error: {e.Message}");
            return failed;
        }
    }
}
