using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.Hosts;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Agent.Commands;

/// <summary>The agent of one host of a cluster.</summary>
internal static class ClusterAgent
{
    public static async Task<int> RunAsync(ClusterAgentOptions options, CancellationToken cancellationToken)
    {
        KubernetesConfig config;
        try
        {
            config = KubernetesConfig.Load(options.Kubeconfig, options.Context);
        }
        catch (KubernetesConfigException e)
        {
            await Console.Error.WriteLineAsync($"reconciler-agent: {e.Message}");
            return 1;
        }

        using var loggers = LoggerFactory.Create(logging => ConfigureLogging(logging, options.Verbose));
        var userAgent = UserAgents.For("reconciler-agent");
        using var client = new HttpKubernetesClient(config, new HttpKubernetesClientOptions { UserAgent = userAgent });
        using var leases = new HttpKubernetesClient(config, LeaseClient.Options(userAgent, HostLeaseRenewal.TryLimit));
        await using var host = XenHosts.Open(options.Host, options.Allowed, options.SimulatedState, loggers);
        var agent = options.Agent with
        {
            LeaseNamespace = config.Namespace ?? "default",
            LockFile = XenHosts.LockFileOf(options.Host),
            HostLife = HostLifePaths.Of(options.Host, options.State),
            SystemUuid = XenHosts.Resolve(options.Host) == HostKind.Libxl ? HostIdentity.Read() : null,
        };
        using var application = AgentHost.Build(agent, client, host, logging => ConfigureLogging(logging, options.Verbose),
            components =>
            {
                components.AddPart(sp => new IdleCollection(sp.GetRequiredService<TimeProvider>()));
                components.Services.AddLeaseClient(leases);
            });
        await application.RunAsync(cancellationToken);
        return Environment.ExitCode;
    }

    private static void ConfigureLogging(ILoggingBuilder logging, bool verbose) =>
        ConsoleLogging.Configure(logging, verbose ? LogLevel.Debug : LogLevel.Information);
}
