using System.CommandLine;

namespace Reconciler.Cli.Fencing;

/// <summary><c>kubectl xen fence HOST --confirm-powered-off</c></summary>
internal static class FenceCommand
{
    public static Command Create(ClusterOptions cluster)
    {
        var host = new Argument<string>("host") { Description = "The XenHost." };
        var confirm = new Option<bool>("--confirm-powered-off") { Description = "Say that you have made sure that the host is powered off. If it is not, its domains will run twice." };
        var by = new Option<string>("--by") { Description = "Who says so; kept in spec.fence and told in the event.", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command("fence", "Confirm that a host whose agent is silent is powered off, so that its Domains are started elsewhere.") { host, confirm, by };
        command.SetAction((result, cancellationToken) => ClusterCommand.RunAsync(
            result, cluster,
            (client, _, token) => result.GetValue(confirm)
                ? new HostFence(client, TimeProvider.System, result.InvocationConfiguration.Output).RunAsync(result.GetRequiredValue(host), result.GetRequiredValue(by), token)
                : throw new CommandException(
                    "A host that is thought to be off and is not runs its domains a second time, on the same disks. Make sure that it is powered off, "
                    + "by its management controller or by pulling the plug, and say so with --confirm-powered-off"),
            failed: 1, cancellationToken));
        return command;
    }
}
