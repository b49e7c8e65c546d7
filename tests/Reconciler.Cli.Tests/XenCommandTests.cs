using System.CommandLine;

namespace Reconciler.Cli.Tests;

public sealed class XenCommandTests
{
    [Fact]
    public async Task Help_names_the_options_that_say_which_cluster()
    {
        using var output = new StringWriter();

        var exitCode = await XenCommand.Create().Parse(["--help"]).InvokeAsync(
            new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);

        exitCode.ShouldBe(0);
        output.ToString().ShouldContain("--kubeconfig");
        output.ToString().ShouldContain("--context");
        output.ToString().ShouldContain("--namespace");
    }
}
