using System.CommandLine;

namespace Reconciler.Cli.Tests.Importing;

public sealed class ImportCommandTests
{
    [Fact]
    public async Task A_file_is_imported_without_any_cluster()
    {
        var (exitCode, output, error) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "Importing", "Samples", "pvh-minimal.cfg"), "-n", "shop", "--name", "web");

        (exitCode, error).ShouldBe((0, ""));
        output.ShouldContain("  name: web\n  namespace: shop\n");
    }

    [Fact]
    public async Task A_file_that_can_not_be_read_ends_with_2()
    {
        var (exitCode, output, error) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "no-such.cfg"));

        (exitCode, output).ShouldBe((2, ""));
        error.ShouldContain("no-such.cfg: can't be read: ");
    }

    [Fact]
    public async Task A_syntax_error_ends_with_2()
    {
        var (exitCode, output, error) = await RunAsync(Path.Combine(AppContext.BaseDirectory, "Importing", "Samples", "python.cfg"));

        (exitCode, output).ShouldBe((2, ""));
        error.ShouldStartWith("error: ");
        error.ShouldContain("python.cfg:1: ");
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await XenCommand.Create().Parse(["import", .. arguments]).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (exitCode, output.ToString(), error.ToString());
    }
}
