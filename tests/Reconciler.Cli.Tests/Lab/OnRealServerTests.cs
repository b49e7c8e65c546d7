using System.CommandLine;
using System.Text.Json;
using Reconciler.Testing.Lab;

namespace Reconciler.Cli.Tests.Lab;

/// <summary>kubectl xen against a real API server with the kinds of the project; neither an operator nor an agent runs.</summary>
[Trait("Category", "Lab")]
public sealed class OnRealServerTests(OnRealServerTests.Server server) : IClassFixture<OnRealServerTests.Server>
{
    private const string Host =
        """
        {"status": {"cpus": 8, "guestTypes": ["PV", "PVH"], "memory": {"total": "16Gi", "free": "8Gi", "measuredAt": "2026-01-01T00:00:00Z"},
          "networks": [{"name": "xenbr0", "ready": true}],
          "conditions": [{"type": "Ready", "status": "True", "reason": "Ready", "message": "as it should be", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
          "adoptable": [{"name": "old-web", "uuid": "6a0b0c0d-1111-2222-3333-444455556666", "domid": 4, "type": "PV", "powerState": "Running", "vcpus": 1, "memory": "64Mi", "kernel": "/boot/vmlinuz",
            "restartPolicy": "Never", "disks": [{"device": "xvda", "path": "/srv/old.img", "format": "Raw"}], "nics": [{"index": 0, "macAddress": "00:16:3e:00:00:07", "bridge": "xenbr0"}]}]}}
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_imported_is_taken_by_the_server_and_planned_by_what_it_has()
    {
        var file = Path.Combine(server.Lab.Folder, "web.cfg");
        await File.WriteAllTextAsync(
            file, "name = \"web\"\ntype = \"pvh\"\nmemory = 256\nkernel = \"/boot/vmlinuz\"\ndisk = [ '/srv/web.img,raw,xvda,rw' ]\nvif = [ 'bridge=xenbr0' ]\n", Cancel);

        var imported = await RunAsync("import", file, "--host", "xen-1", "-n", "default");
        imported.ExitCode.ShouldBe(0, imported.Error);
        await server.Lab.Kubectl.ApplyAsync(imported.Output, Cancel);
        (await server.Lab.Kubectl.DiffAsync(imported.Output, Cancel)).ShouldBeEmpty("what is printed is what the server keeps");

        var manifest = Path.Combine(server.Lab.Folder, "web.yaml");
        await File.WriteAllTextAsync(manifest, imported.Output.Replace("powerState: Halted", "powerState: Running", StringComparison.Ordinal), Cancel);
        var planned = await RunAsync("plan", manifest, "-o", "json");
        planned.ExitCode.ShouldBe(0, planned.Error + planned.Output);
        using var plan = JsonDocument.Parse(planned.Output);
        planned.Output.ShouldContain("xen-1");

        await File.WriteAllTextAsync(manifest, imported.Output.Replace("256Mi", "64Gi", StringComparison.Ordinal), Cancel);
        var waits = await RunAsync("plan", manifest);
        waits.ExitCode.ShouldBe(1, waits.Error);
        waits.Output.ShouldContain("NotEnoughMemory");
    }

    [Fact]
    public async Task A_running_domain_of_a_host_becomes_a_manifest_that_the_server_takes_and_keeps_from_being_turned_to_another_domain()
    {
        var printed = await RunAsync("adopt", "xen-1", "old-web", "-o", "yaml", "-n", "default");
        printed.ExitCode.ShouldBe(0, printed.Error);
        await server.Lab.Kubectl.ApplyAsync(printed.Output, Cancel);
        (await server.Lab.Kubectl.DiffAsync(printed.Output, Cancel)).ShouldBeEmpty();
        (await server.Lab.Kubectl.GetAsync(Cancel, "domain", "old-web")).GetProperty("spec").GetProperty("adopt").GetProperty("uuid").GetString().ShouldBe("6a0b0c0d-1111-2222-3333-444455556666");

        var again = await RunAsync("adopt", "xen-1", "old-web", "-n", "default");
        again.ExitCode.ShouldBe(1);
        again.Error.ShouldContain("There is a Domain default/old-web already");

        // Its memory is taken already: it is placed on a host that has none left.
        var manifest = Path.Combine(server.Lab.Folder, "old-web.yaml");
        await File.WriteAllTextAsync(manifest, printed.Output.Replace("size: 64Mi", "size: 15Gi", StringComparison.Ordinal), Cancel);
        (await RunAsync("plan", manifest)).ExitCode.ShouldBe(0);

        var wrong = await server.Lab.Kubectl.TryApplyAsync(printed.Output.Replace("uuid: 6a0b0c0d-1111", "uuid: 6A0B0C0D-1111", StringComparison.Ordinal), Cancel);
        wrong.Succeeded.ShouldBeFalse("a UUID that is not written as xl writes it");
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var exitCode = await XenCommand.Create().Parse([.. arguments, "--kubeconfig", server.Lab.KubeconfigFile])
            .InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, Cancel);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>A real API server with the kinds and a XenHost that has room.</summary>
    public sealed class Server : IAsyncLifetime
    {
        public KubeApiServerLab Lab { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Lab.InitializeAsync();
            await Lab.Kubectl.RunAsync(CancellationToken.None, "apply", "--validate=false", "-f", Path.Combine(RepositoryRoot.Path, "crds"));
            await Lab.Kubectl.RunAsync(CancellationToken.None, "wait", "--for=condition=Established", "--all", "crd", "--timeout=30s");
            await Lab.Kubectl.ApplyAsync("{apiVersion: xen.reconciler.dev/v1alpha1, kind: XenHost, metadata: {name: xen-1}, spec: {}}", CancellationToken.None);
            await Lab.Kubectl.RunAsync(CancellationToken.None, "patch", "xenhost", "xen-1", "--type=merge", "--subresource=status", "-p", Host);
        }

        public ValueTask DisposeAsync() => Lab.DisposeAsync();
    }
}
