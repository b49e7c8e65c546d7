using System.CommandLine;
using Reconciler.Testing;

namespace Reconciler.Cli.Tests.Planning;

public sealed class PlanCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reconciler-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_manifest_with_a_mistake_ends_with_2_and_no_cluster_is_asked() =>
        (await RunAsync("kind: Domain")).ShouldBe((2, "error: FILE:1: apiVersion: missing. Write xen.reconciler.dev/v1alpha1.\n"));

    [Fact]
    public async Task A_manifest_without_a_Domain_ends_with_2() =>
        (await RunAsync("# nothing")).ShouldBe((2, "error: FILE: there is no Domain in it. Put one in beside its VBDs and VIFs\n"));

    [Fact]
    public async Task A_file_that_does_not_exist_ends_with_2()
    {
        var (exitCode, error) = await RunAsync(manifest: null);

        exitCode.ShouldBe(2);
        error.ShouldStartWith("error: FILE: can't be read: ");
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_ends_with_2() =>
        (await RunAsync(PlanLab.Manifest("web", "1Gi"))).ExitCode.ShouldBe(2);

    /// <summary>Against a port where nothing listens.</summary>
    private async Task<(int ExitCode, string Error)> RunAsync(string? manifest)
    {
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        var file = Path.Combine(_folder, "web.yaml");
        await File.WriteAllTextAsync(kubeconfig, KubeconfigText.Of(new Uri("http://127.0.0.1:9"), "t"), TestContext.Current.CancellationToken);
        if (manifest is not null) await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        using var error = new StringWriter();
        var exitCode = await XenCommand.Create().Parse(["plan", file, "--kubeconfig", kubeconfig]).InvokeAsync(
            new InvocationConfiguration { Error = error }, TestContext.Current.CancellationToken);
        return (exitCode, error.ToString().Replace(file, "FILE", StringComparison.Ordinal));
    }
}
