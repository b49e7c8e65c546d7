using System.CommandLine;

namespace Reconciler.Operator;

/// <summary>What the guard of a host runs: nothing. It is there to be evicted (docs/hosts.md).</summary>
internal static class GuardCommand
{
    public static Command Create()
    {
        var command = new Command("guard", "Waits until it is told to stop: what the Pod runs that stands for the Domains of a host on its Node.");
        command.SetAction(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        });
        return command;
    }
}
