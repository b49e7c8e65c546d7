using Reconciler.Chart.Tests.Rendering;
using Reconciler.Testing.Lab;

namespace Reconciler.Chart.Tests.Cluster;

[Collection(ChartCluster.Name)]
[Trait("Category", "Lab")]
public sealed class ApplyTests(ChartCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("default")]
    [InlineData("all-on")]
    [InlineData("bare")]
    public async Task Everything_that_is_rendered_is_stored_and_applied_again_is_no_change(string values)
    {
        var lab = await cluster.StartedAsync();
        var version = await ServerVersionAsync(lab);
        string[] arguments = values == "default" ? [] : ["--values", ChartHelm.ValuesFile(values)];
        var all = (await lab.Helm.TryTemplateAsync(version, Cancellation, arguments)).OutputOrThrow();
        try
        {
            (await ApplyAsync(lab, all)).OutputOrThrow();
            (await lab.Kubectl.RunAsync(all, ["get", "-f", "-", "-o", "name"], Cancellation)).OutputOrThrow()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(ChartHelm.Objects(all).Count);
            (await lab.Kubectl.RunAsync(all, ["diff", "--server-side", "--force-conflicts", "-f", "-"], Cancellation))
                .ShouldSatisfyAllConditions(diff => diff.ExitCode.ShouldBe(0, diff.Output + diff.Error), diff => diff.Output.ShouldBeEmpty());
        }
        finally
        {
            // This server can't reach the webhook: it would refuse, or slow down, what other tests write.
            await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "validatingwebhookconfiguration", "reconciler", "--ignore-not-found");
        }
    }

    [Fact]
    public async Task An_upgrade_changes_what_its_values_say_and_uninstalling_keeps_the_kinds()
    {
        var lab = await cluster.StartedAsync();
        // As an older chart had it: an upgrade brings the kinds up to date, too.
        await lab.Kubectl.RunAsync(
            Cancellation, "patch", "crd", "domains.xen.reconciler.dev", "--type=json", "-p", """[{"op":"remove","path":"/spec/versions/0/additionalPrinterColumns/0"}]""");

        await lab.Helm.RunAsync(
            Cancellation,
            "upgrade", "reconciler", Helm.Chart, "--namespace", KubeApiServerLab.ChartNamespace,
            "--reuse-values", "--set", "agent.workers=7", "--force-conflicts");
        (await lab.Kubectl.RunAsync(Cancellation, "-n", KubeApiServerLab.ChartNamespace, "get", "daemonset", "reconciler-agent", "-o", "yaml"))
            .ShouldContain("--workers=7");
        (await lab.Kubectl.RunAsync(Cancellation, "get", "crd", "domains.xen.reconciler.dev", "-o", "yaml")).ShouldContain("name: DESIRED");

        await lab.Helm.RunAsync(Cancellation, "uninstall", "reconciler", "--namespace", KubeApiServerLab.ChartNamespace);
        await lab.Kubectl.RunAsync(Cancellation, "get", "crd", "domains.xen.reconciler.dev", "xenhosts.xen.reconciler.dev");
        (await lab.Kubectl.TryRunAsync(Cancellation, "-n", KubeApiServerLab.ChartNamespace, "get", "daemonset", "reconciler-agent")).Succeeded.ShouldBeFalse();

        // The kinds that were kept are the next release's, with the objects that there are.
        await lab.InstallChartAsync(Cancellation);
    }

    /// <summary>Over what Helm has installed there.</summary>
    private static Task<CommandOutput> ApplyAsync(KubeApiServerLab lab, string yaml) =>
        lab.Kubectl.RunAsync(yaml, ["apply", "--server-side", "--force-conflicts", "-f", "-"], Cancellation);

    private static async Task<string> ServerVersionAsync(KubeApiServerLab lab)
    {
        using var version = System.Text.Json.JsonDocument.Parse(await lab.Kubectl.RunAsync(Cancellation, "get", "--raw", "/version"));
        return version.RootElement.GetProperty("gitVersion").GetString()!;
    }
}
