using System.CommandLine;
using Reconciler.Agent.Commands.Get;
using Reconciler.Agent.Commands.Standalone;
using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.Commands;

/// <summary>The agent's own command line: what it works on, and what it takes its orders from.</summary>
internal static partial class AgentCommand
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
        Description = "The Xen host: libxl (the real one) or simulated. auto, with --manifests only: the real one where there is one.",
        DefaultValueFactory = _ => HostKind.Auto,
    };

    private static readonly Option<string[]> BootDirectories = new("--boot-directory")
    {
        Description = "A directory of dom0 that kernels and ramdisks may be in; may be given several times. Default: /var/lib/reconciler/boot and /boot.",
    };

    private static readonly Option<string[]> DiskDirectories = new("--disk-directory")
    {
        Description = "A directory of dom0 that the images of disks may be in, a directory of block devices (/dev/vg0), or a block device; may be given several times. "
            + "Default: /var/lib/reconciler/disks.",
    };

    private static readonly Option<string[]> Bridges = new("--bridge")
    {
        Description = "A bridge of dom0 that NICs may be plugged into; may be given several times. Default: xenbr0.",
    };

    private static readonly Option<string[]> Adopt = new("--adopt")
    {
        Description = "The name (xl list) of a domain made by others that may be adopted; may be given several times; * is all. Default: none.",
    };

    private static readonly Option<int?> HealthPort = new("--health-port") { Description = "Port of /healthz, /readyz and /metrics. Default: none." };

    private static readonly Option<int> Workers = new("--workers") { Description = "Domains worked on at the same time.", DefaultValueFactory = _ => AgentOptions.DefaultWorkers };

    private static readonly Option<bool> Verbose = new("--verbose", "-v") { Description = "Log what libxl says, too." };

    private static readonly Option<DirectoryInfo?> Manifests = new("--manifests")
    {
        Description = "Work without Kubernetes: converge to the Domains in this directory (YAML or JSON), and follow its changes.",
    };

    private static readonly Option<DirectoryInfo?> State = new("--state", "--state-dir")
    {
        Description = "Where resources are kept without Kubernetes (default: /var/lib/reconciler/resources on a Xen host, else ~/.local/state/reconciler), "
            + "and with any the guests of a simulated host (in a cluster, default: nowhere).",
    };

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "With --manifests: print the table when all has converged and end; exit code 1 after 60 s.",
    };

    private static readonly Option<OutputFormat> Output = new("--output", "-o")
    {
        Description = "table, wide, yaml or json.",
        DefaultValueFactory = _ => OutputFormat.Table,
    };

    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Only this namespace. Default: all." };

    private static readonly Argument<string[]> What = new("what")
    {
        Description = "Kind and names (\"domains web\", \"domain/web\"), or names alone.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static RootCommand Create()
    {
        var command = Runs(
            new RootCommand("Runs Xen virtual machines as Kubernetes resources: converges this host to the Domains that it holds."));
        command.Subcommands.Add(Runs(new Command("run", "The same as without a command.")));
        command.Subcommands.Add(Get());
        command.Subcommands.Add(HostStop());
        command.Subcommands.Add(HostStart());
        command.Subcommands.Add(InstallHostService());
        return command;
    }

    private static T Runs<T>(T command)
        where T : Command
    {
        foreach (var option in new Option[] { Manifests, State, Once, Kubeconfig, Context, Node, Host, BootDirectories, DiskDirectories, Bridges, Adopt, HealthPort, Workers, Verbose })
            command.Options.Add(option);
        command.SetAction((result, cancellationToken) => result.GetValue(Manifests) is { } manifests
            ? new StandaloneAgent(StandaloneOf(result, manifests), Console.Out, Console.Error, TimeProvider.System).RunAsync(cancellationToken)
            : ClusterAgent.RunAsync(ClusterOf(result), cancellationToken));
        return command;
    }

    private static Command Get()
    {
        var command = new Command("get", "Shows the resources of an agent without Kubernetes, whether it runs or not.") { What, Output, Namespace, State };
        command.SetAction(result => GetCommand.Run(
            new GetOptions
            {
                StateDirectory = StateOf(result, XenHosts.Resolve(HostKind.Auto)),
                What = result.GetValue(What) ?? [],
                Namespace = result.GetValue(Namespace),
                Format = result.GetValue(Output),
            },
            Console.Out,
            Console.Error,
            TimeProvider.System));
        return command;
    }

    private static StandaloneOptions StandaloneOf(ParseResult result, DirectoryInfo manifests)
    {
        var host = XenHosts.Resolve(result.GetValue(Host));
        return new StandaloneOptions
        {
            Manifests = manifests.FullName,
            StateDirectory = StateOf(result, host),
            Host = host,
            Allowed = AllowedOf(result),
            Once = result.GetValue(Once),
            Verbose = result.GetValue(Verbose),
            Agent = AgentOf(result, StateOf(result, host)),
        };
    }

    private static ClusterAgentOptions ClusterOf(ParseResult result) => new()
    {
        Kubeconfig = result.GetValue(Kubeconfig)?.FullName,
        Context = result.GetValue(Context),
        // In a cluster nothing is simulated unless it is asked for.
        Host = result.GetValue(Host) is HostKind.Simulated ? HostKind.Simulated : HostKind.Libxl,
        Allowed = AllowedOf(result),
        State = result.GetValue(State)?.FullName,
        SimulatedState = SimulatedStateOf(result),
        Verbose = result.GetValue(Verbose),
        Agent = AgentOf(result, result.GetValue(State)?.FullName),
    };

    private static AllowedResources AllowedOf(ParseResult result) => new()
    {
        BootDirectories = result.GetValue(BootDirectories) ?? [],
        DiskDirectories = result.GetValue(DiskDirectories) ?? [],
        Bridges = result.GetValue(Bridges) ?? [],
        AdoptableDomains = result.GetValue(Adopt) ?? [],
    };

    private static AgentOptions AgentOf(ParseResult result, string? state) => new()
    {
        NodeName = result.GetValue(Node)!,
        HealthPort = result.GetValue(HealthPort),
        Workers = result.GetValue(Workers),
        Policy = XenHosts.PolicyOf(AllowedOf(result)),
        SimulatedVolumes = state is null ? null : StateDirectories.SimulatedVolumes(state),
    };

    private static string? SimulatedStateOf(ParseResult result) => result.GetValue(State) is { } state ? StateDirectories.SimulatedHost(state.FullName) : null;

    private static string StateOf(ParseResult result, HostKind host) => result.GetValue(State)?.FullName ?? StateDirectories.Default(host);
}
