using Reconciler.Cli.Importing;
using Reconciler.Testing.Lab;

namespace Reconciler.Cli.Tests.Importing;

public sealed class DocumentationTests
{
    [Fact]
    public async Task The_example_of_the_documentation_prints_what_is_said_there()
    {
        var parts = (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "from-xl.md"), TestContext.Current.CancellationToken)).Split("```");
        var (file, session, manifests) = (AfterFirstLine(parts[1]), AfterFirstLine(AfterFirstLine(parts[3])), AfterFirstLine(parts[5]));
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };

        var exitCode = await new ImportRun(output, error).RunAsync("web.cfg", file, null, null, "xen-1");

        (exitCode, output.ToString(), error.ToString()).ShouldBe((1, manifests, session));
    }

    private static string AfterFirstLine(string text) => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];
}
