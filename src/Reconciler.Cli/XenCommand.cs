using System.CommandLine;
using Reconciler.Cli.Adopting;
using Reconciler.Cli.Fencing;
using Reconciler.Cli.Importing;
using Reconciler.Cli.Planning;

namespace Reconciler.Cli;

/// <summary><c>kubectl xen</c>: what kubectl itself can't say or do about domains and hosts.</summary>
internal static class XenCommand
{
    /// <summary>The command with its subcommands; its result is the exit code of the process.</summary>
    public static RootCommand Create()
    {
        var cluster = new ClusterOptions();
        return new RootCommand("Xen domains and hosts: what kubectl itself can't say or do.") { cluster.Kubeconfig, cluster.Context, cluster.Namespace, AdoptCommand.Create(cluster), FenceCommand.Create(cluster), ImportCommand.Create(cluster), PlanCommand.Create(cluster) };
    }
}
