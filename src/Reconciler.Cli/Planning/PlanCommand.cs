using System.CommandLine;

namespace Reconciler.Cli.Planning;

/// <summary><c>kubectl xen plan FILE</c></summary>
internal static class PlanCommand
{
    /// <summary>The exit code when nothing was decided; 1 means that a Domain would wait. As kubectl diff has it.</summary>
    private const int Failed = 2;

    public static Command Create(ClusterOptions cluster)
    {
        var file = new Argument<string>("file") { Description = "Domains, VBDs and VIFs as YAML or JSON; - is standard input." };
        var format = new Option<string>("--output", "-o") { Description = "wide: with what the hosts have, lines not folded. json, yaml: for programs.", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "wide", "json", "yaml");
        var command = new Command(
            "plan",
            "Say where the Domains of a manifest would go, and what each host says to them. Nothing is written. The exit code is 1 when one of them would wait, 2 when nothing could be decided.")
        {
            file, format,
        };
        command.SetAction((result, cancellationToken) => ClusterCommand.RunAsync(
            result, cluster,
            async (client, @namespace, token) =>
            {
                var (name, text) = await InputFile.ReadAsync(result.GetRequiredValue(file), token);
                var output = Enum.Parse<PlanOutput>(result.GetRequiredValue(format), ignoreCase: true);
                return await new PlanRun(client, TimeProvider.System, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error)
                    .RunAsync(name, text, @namespace, output, token);
            },
            Failed, cancellationToken));
        return command;
    }
}
