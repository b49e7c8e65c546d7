using System.CommandLine;

namespace Reconciler.Cli.Adopting;

/// <summary><c>kubectl xen adopt HOST DOMAIN</c></summary>
internal static class AdoptCommand
{
    public static Command Create(ClusterOptions cluster)
    {
        var host = new Argument<string>("host") { Description = "The XenHost that it runs on." };
        var domain = new Argument<string>("domain") { Description = "Its name in xl list, or its UUID." };
        var name = new Option<string?>("--name") { Description = "The name of the Domain. Not given: that in xl list, changed where it can't be the name of an object." };
        var format = new Option<string?>("--output", "-o") { Description = "yaml: print the manifests, and write nothing. Apply them yourself, or by way of git." };
        format.AcceptOnlyFromAmong("yaml");
        var command = new Command(
            "adopt",
            "Make a Domain of a domain that xl has made, while it runs: its host's agent takes it over without a reboot. The agent must be allowed to (its option --adopt). The exit code is 1 when it can't be done.")
        {
            host, domain, name, format,
        };
        command.SetAction((result, cancellationToken) => ClusterCommand.RunAsync(
            result, cluster,
            async (client, @namespace, token) =>
            {
                var run = new AdoptRun(client, TimeProvider.System, result.InvocationConfiguration.Output, result.InvocationConfiguration.Error);
                return await run.RunAsync(result.GetRequiredValue(host), result.GetRequiredValue(domain), result.GetValue(name), @namespace, print: result.GetValue(format) is not null, token);
            },
            failed: 1, cancellationToken));
        return command;
    }
}
