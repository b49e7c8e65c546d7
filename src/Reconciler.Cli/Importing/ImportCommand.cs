using System.CommandLine;

namespace Reconciler.Cli.Importing;

/// <summary><c>kubectl xen import FILE.cfg</c></summary>
internal static class ImportCommand
{
    /// <summary>The exit code when the file can't be read.</summary>
    private const int Failed = 2;

    public static Command Create(ClusterOptions cluster)
    {
        var file = new Argument<string>("file") { Description = "An xl.cfg; - is standard input." };
        var name = new Option<string?>("--name") { Description = "The name of the Domain. Not given: that of the file, changed where it can't be the name of an object." };
        var host = new Option<string?>("--host") { Description = "The XenHost that the file is from: the only one that may run the Domain. Not given: the operator chooses, so its paths must mean the same on every host." };
        var command = new Command(
            "import",
            "Turn an xl.cfg into manifests, and say of every option that they can't express what to do about it. No cluster is asked. The Domain is Halted, because xl may be running the guest: shut it down there before you set powerState to Running. The exit code is 1 when something is not expressed, 2 when the file can't be read.")
        {
            file, name, host,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                var (shown, text) = await InputFile.ReadAsync(result.GetRequiredValue(file), cancellationToken);
                return await new ImportRun(result.InvocationConfiguration.Output, result.InvocationConfiguration.Error)
                    .RunAsync(shown, text, result.GetValue(name), result.GetValue(cluster.Namespace), result.GetValue(host));
            }
            catch (CommandException e)
            {
                await result.InvocationConfiguration.Error.WriteLineAsync($"error: {e.Message}");
                return Failed;
            }
        });
        return command;
    }
}
