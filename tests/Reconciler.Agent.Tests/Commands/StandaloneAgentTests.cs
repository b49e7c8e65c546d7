using System.Text.Json.Nodes;
using Reconciler.Agent.Commands.Get;
using Reconciler.Agent.Commands.Standalone;
using Reconciler.Agent.Hosts;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Testing.Lab;

namespace Reconciler.Agent.Tests.Commands;

/// <summary>The whole agent on a directory of manifests and a simulated host, as a newcomer runs it.</summary>
public sealed class StandaloneAgentTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-standalone-").FullName;

    public StandaloneAgentTests() => Directory.CreateDirectory(Manifests);

    private string Manifests => Path.Combine(_root, "manifests");

    private string State => Path.Combine(_root, "state");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_second_run_finds_the_guests_of_the_first_as_they_were()
    {
        Write("web.yaml", "web", "Running");
        Write("standby.yaml", "standby", "Paused");

        var (code, output, error) = await OnceAsync();

        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("NAME      DESIRED");
        output.Split('\n').ShouldContain(l => l.StartsWith("web       Running   Running", StringComparison.Ordinal));
        output.Split('\n').ShouldContain(l => l.StartsWith("standby   Paused    Paused", StringComparison.Ordinal));
        var before = Identity("web");

        (await OnceAsync()).Code.ShouldBe(0);

        Identity("web").ShouldBe(before);
    }

    [Fact]
    public async Task Losing_the_state_directory_restarts_no_guest()
    {
        Write("web.yaml", "web", "Running");
        (await OnceAsync()).Code.ShouldBe(0);
        var before = Identity("web");
        Directory.Delete(Path.Combine(State, "objects"), recursive: true);

        (await OnceAsync()).Code.ShouldBe(0);

        Identity("web").ShouldBe(before);
    }

    [Fact]
    public async Task Losing_the_state_directory_takes_no_disk_and_no_NIC_from_a_guest()
    {
        File.Copy(Path.Combine(RepositoryRoot.Path, "examples", "devices.yaml"), Path.Combine(Manifests, "devices.yaml"));
        var (code, output, _) = await OnceAsync();
        code.ShouldBe(0);
        output.Split('\n').ShouldContain(l => l.StartsWith("db-xvda   db       xvda     Attached", StringComparison.Ordinal));
        output.Split('\n').ShouldContain(l => l.StartsWith("db-vif0   db       0       lan       Attached", StringComparison.Ordinal));
        var host = Path.Combine(State, "simulated-host.json");
        var before = Attachments(host);
        before.Length.ShouldBe(3);
        Directory.Delete(Path.Combine(State, "objects"), recursive: true);

        (await OnceAsync()).Code.ShouldBe(0);

        Attachments(host).ShouldBe(before);
    }

    [Fact]
    public async Task A_manifest_removed_between_runs_ends_its_guest_cleanly()
    {
        Write("web.yaml", "web", "Running");
        Write("other.yaml", "other", "Halted");
        (await OnceAsync()).Code.ShouldBe(0);
        File.Delete(Path.Combine(Manifests, "web.yaml"));

        var (code, output, _) = await OnceAsync();

        code.ShouldBe(0);
        output.ShouldNotContain("web");
        Get("web").Code.ShouldBe(1);
    }

    [Fact]
    public async Task What_does_not_converge_is_a_failure_that_names_what_each_waits_for()
    {
        Write("good.yaml", "good", "Halted");
        File.WriteAllText(
            Path.Combine(Manifests, "bad.yaml"),
            "kind: Domain\napiVersion: xen.reconciler.dev/v1alpha1\nmetadata:\n  name: bad\nspec:\n  memroy: {}\n");
        Write("elsewhere.yaml", "elsewhere", "Running", "\n  placement: { hostName: another-host }");

        var (code, output, error) = await OnceAsync(TimeSpan.FromSeconds(2));

        code.ShouldBe(1);
        output.ShouldContain("good");
        error.ShouldContain("not converged after 2 s");
        error.ShouldContain("bad.yaml:6: Domain default/bad: spec.memroy: unknown field \"memroy\"; did you mean \"memory\"?");
        error.ShouldContain("default/elsewhere: ");
        error.ShouldContain("another-host");
        Get().Output.ShouldContain("bad.yaml:6");
    }

    [Fact]
    public async Task A_state_directory_in_use_is_refused()
    {
        using var store = EmbeddedStore.Open(State);

        var (code, _, error) = await OnceAsync();

        code.ShouldBe(1);
        error.ShouldContain("in use by another agent");
    }

    [Fact]
    public async Task A_missing_directory_of_manifests_is_said_and_ends_nothing()
    {
        Write("web.yaml", "web", "Running");
        (await OnceAsync()).Code.ShouldBe(0);
        var before = Identity("web");
        Directory.Move(Manifests, Manifests + ".away");

        var (code, output, error) = await OnceAsync(TimeSpan.FromSeconds(2));

        code.ShouldBe(1);
        error.ShouldContain("can't be read");
        output.ShouldContain("web");
        Identity("web").ShouldBe(before);
    }

    private async Task<(int Code, string Output, string Error)> OnceAsync(TimeSpan? limit = null)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var options = new StandaloneOptions
        {
            Manifests = Manifests,
            StateDirectory = State,
            Host = HostKind.Simulated,
            Once = true,
            OnceLimit = limit ?? TimeSpan.FromSeconds(60),
            Agent = new AgentOptions { NodeName = "this-host" },
        };
        var code = await new StandaloneAgent(options, output, error, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private (int Code, string Output) Get(params string[] what)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var code = GetCommand.Run(
            new GetOptions { StateDirectory = State, What = what, Format = what.Length == 0 ? OutputFormat.Table : OutputFormat.Yaml }, output, TextWriter.Null, TimeProvider.System);
        return (code, output.ToString());
    }

    /// <summary>What tells this life of this guest from any other.</summary>
    private (string Uid, string Domid, string StartedAt) Identity(string name)
    {
        var domain = YamlToJson.ParseSingle(Get("domain", name).Output)!.Root!;
        return (domain["metadata"]!["uid"]!.ToString(), domain["status"]!["domid"]!.ToString(), domain["status"]!["startedAt"]!.ToString());
    }

    /// <summary>When each device was attached, and for which object.</summary>
    private static string[] Attachments(string host) =>
    [
        .. JsonNode.Parse(File.ReadAllText(host))!["Domains"]!.AsArray()
            .SelectMany(d => d!["Mark"]!["Devices"]!.AsArray()).Select(d => d!.ToJsonString()).Order(StringComparer.Ordinal),
    ];

    private void Write(string file, string name, string powerState, string more = "") =>
        File.WriteAllText(Path.Combine(Manifests, file), $$"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: Domain
        metadata:
          name: {{name}}
        spec:
          powerState: {{powerState}}
          memory: { size: 64Mi }
          boot: { kernel: /boot/vmlinuz, cmdline: sim.boot=100ms sim.shutdownDelay=100ms }{{more}}

        """);
}
