using Microsoft.Extensions.Hosting;
using Reconciler.Agent;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Xen.Simulation;

namespace Reconciler.Scale.Fleet;

/// <summary>The agents of many simulated hosts in one process. Each has its own connections and its own view, as it has in production.</summary>
internal static class AgentFleet
{
    /// <summary>The name of the host with this number.</summary>
    public static string HostName(int number) => $"xen-{number:000}";

    /// <summary>Runs until standard input ends, which it does with the process that holds the other end.</summary>
    public static async Task<int> RunAsync(string kubeconfig, int hosts, TimeSpan createTime, CancellationToken cancellationToken)
    {
        var config = KubernetesConfig.Load(kubeconfig, context: null);
        var agents = new List<Member>(hosts);
        try
        {
            for (var number = 1; number <= hosts; number++)
                agents.Add(await Member.StartAsync(config, HostName(number), createTime, cancellationToken));
            await Console.In.ReadToEndAsync(cancellationToken);
        }
        finally
        {
            await Task.WhenAll(agents.Select(a => a.StopAsync()));
        }
        return 0;
    }

    private sealed record Member(IHost Agent, HttpKubernetesClient Client, SimulatedHost Host)
    {
        public static async Task<Member> StartAsync(KubernetesConfig config, string name, TimeSpan createTime, CancellationToken cancellationToken)
        {
            var client = new HttpKubernetesClient(config, new HttpKubernetesClientOptions { UserAgent = UserAgents.For("reconciler-agent") });
            var host = new SimulatedHost(new SimulatedHostOptions
            {
                TotalMemoryKiB = 256L << 20,
                Latency = operation => operation == HostOperation.CreatePaused ? createTime : TimeSpan.FromMilliseconds(2),
            });
            var agent = AgentHost.Build(new AgentOptions { NodeName = name, LeaseNamespace = config.Namespace ?? "default" }, client, host);
            await agent.StartAsync(cancellationToken);
            return new Member(agent, client, host);
        }

        public async Task StopAsync()
        {
            await Agent.StopAsync(CancellationToken.None);
            Agent.Dispose();
            Client.Dispose();
            await Host.DisposeAsync();
        }
    }
}
