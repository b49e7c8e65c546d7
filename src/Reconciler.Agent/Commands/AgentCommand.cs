using System.CommandLine;
using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.Commands;

/// <summary>The agent's own command line: what it works on, and what it takes its orders from.</summary>
internal static class AgentCommand
{
    private static readonly Option<FileInfo?> Kubeconfig = new("--kubeconfig")
    {
        Description = "kubeconfig of the cluster. Default: KUBECONFIG, ~/.kube/config, or the pod's service account.",
    };

    private static readonly Option<string?> Context = new("--context") { Description = "Context of the kubeconfig. Default: its current one." };

    private static readonly Option<string> Node = new("--node-name")
    {
        Description = "Name of this host: of its node, and of the XenHost that the agent keeps. Default: NODE_NAME, or the host's name.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NODE_NAME") is { Length: > 0 } name ? name : Environment.MachineName.ToLowerInvariant(),
    };

    private static readonly Option<HostKind> Host = new("--host")
    {
        Description = "The Xen host: libxl (the real one) or simulated.",
        DefaultValueFactory = _ => HostKind.Auto,
    };

    private static readonly Option<string[]> BootDirectories = new("--boot-directory")
    {
        Description = "A directory of dom0 that kernels and ramdisks may be in; may be given several times. Default: /var/lib/reconciler/boot and /boot.",
    };

    private static readonly Option<int?> HealthPort = new("--health-port") { Description = "Port of /healthz, /readyz and /metrics. Default: none." };

    private static readonly Option<int> Workers = new("--workers") { Description = "Domains worked on at the same time.", DefaultValueFactory = _ => 4 };

    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Log what libxl says, too." };

    public static RootCommand Create()
    {
        var command = new RootCommand("Runs Xen virtual machines as Kubernetes resources: converges this host to the Domains that it holds.")
        {
            Kubeconfig, Context, Node, Host, BootDirectories, HealthPort, Workers, Verbose,
        };
        command.SetAction((result, cancellationToken) => ClusterAgent.RunAsync(
            new ClusterAgentOptions
            {
                Kubeconfig = result.GetValue(Kubeconfig)?.FullName,
                Context = result.GetValue(Context),
                // In a cluster nothing is simulated unless it is asked for.
                Host = result.GetValue(Host) is HostKind.Simulated ? HostKind.Simulated : HostKind.Libxl,
                BootDirectories = result.GetValue(BootDirectories) ?? [],
                Verbose = result.GetValue(Verbose),
                Agent = new AgentOptions
                {
                    NodeName = result.GetValue(Node)!,
                    HealthPort = result.GetValue(HealthPort),
                    Workers = result.GetValue(Workers),
                },
            },
            cancellationToken));
        return command;
    }
}
