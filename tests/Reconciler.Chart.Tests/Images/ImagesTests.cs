using System.Text.RegularExpressions;
using Reconciler.Chart.Tests.Rendering;
using Reconciler.Testing.Lab;

namespace Reconciler.Chart.Tests.Images;

/// <summary>What <c>make images</c> builds is what the chart runs, and has what the programs in it need.</summary>
public sealed partial class ImagesTests(ChartHelm helm)
{
    // What the agent loads or starts in its own container, and the package that has it. The programs of dom0 are named without a directory.
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["/usr/bin/nsenter"] = "util-linux",
        ["libnftables.so.1"] = "libnftables1",
        ["libxenlight.so.4"] = "libxenmisc${XEN_VERSION}",
        ["libxentoollog.so.1"] = "libxenmisc${XEN_VERSION}", // which depends on it
    };

    [Fact]
    public void What_the_agent_loads_or_starts_is_in_its_image()
    {
        var named = Directory.EnumerateDirectories(Path.Combine(RepositoryRoot.Path, "src"))
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(path => NamedInSource().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["name"].Value);
        named.Distinct(StringComparer.Ordinal).ShouldBe(Packages.Keys, ignoreOrder: true);

        var words = Containerfile("agent").Split([' ', '\n', '"'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var package in Packages.Values) words.ShouldContain(package);
    }

    [Theory]
    [InlineData("operator", "Deployment")]
    [InlineData("agent", "DaemonSet")]
    [Trait("Category", "Lab")]
    public async Task The_chart_runs_what_make_images_builds(string component, string kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var name = $"reconciler-{component}";
        var container = (await helm.TemplateAsync("1.36.0", cancellation)).One(kind, name).PodSpec()["containers"]![0]!;
        var commands = (await ExternalProgram.RunAsync("make", ["--dry-run", "images", "BUILDER=podman"], cancellation: cancellation)).OutputOrThrow();
        commands.ShouldContain($"--file images/{component}.Containerfile --tag {container["image"]!.GetValue<string>()} ");

        container["command"].ShouldBeNull("the image's entry point is the program");
        Containerfile(component).ShouldContain($"COPY {name} /usr/local/bin/\n");
        Containerfile(component).ShouldContain($"ENTRYPOINT [\"/usr/local/bin/{name}\"]\n");
    }

    private static string Containerfile(string component) => File.ReadAllText(Path.Combine(RepositoryRoot.Path, "images", $"{component}.Containerfile"));

    [GeneratedRegex("""
        "(?<name>/usr/s?bin/[\w-]+|lib[a-z]+\.so\.\d+)
        """, RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedInSource();
}
