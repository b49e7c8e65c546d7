using System.Text.Json.Nodes;
using Reconciler.Agent.Commands.Get;
using Reconciler.Embedded;
using Reconciler.Embedded.Manifests;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Agent.Tests.Commands;

public sealed class GetCommandTests : IDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("reconciler-get-").FullName;
    private readonly EmbeddedStore _store;

    public GetCommandTests()
    {
        _store = EmbeddedStore.Open(_state);
        Apply("Domain", "web", "default", """{"memory":{"size":"64Mi"},"boot":{"kernel":"/k"}}""");
        Apply("Domain", "db", "prod", """{"memory":{"size":"64Mi"},"boot":{"kernel":"/k"},"powerState":"Halted"}""");
        Apply("XenHost", "xen-a", @namespace: null, "{}");
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public void Everything_is_shown_kind_by_kind()
    {
        var (code, output, error) = Get();

        code.ShouldBe(0);
        error.ShouldBeEmpty();
        output.ShouldContain("NAMESPACE   NAME   DESIRED");
        output.ShouldContain("prod        db     Halted");
        output.ShouldContain("xen-a");
    }

    [Theory]
    [InlineData("domains")]
    [InlineData("domain")]
    [InlineData("dom")]
    [InlineData("Domain")]
    [InlineData("domains.xen.reconciler.dev")]
    public void A_kind_is_known_by_all_its_names(string word)
    {
        var (code, output, _) = Get([word]);

        code.ShouldBe(0);
        output.ShouldContain("web");
        output.ShouldNotContain("xen-a");
    }

    [Theory]
    [InlineData("web")]
    [InlineData("domain web")]
    [InlineData("domain/web")]
    public void One_object_is_found_by_its_name(string words)
    {
        var (code, output, _) = Get(words.Split(' '), format: OutputFormat.Yaml);

        code.ShouldBe(0);
        var document = YamlToJson.ParseSingle(output)!.Root!;
        document["kind"]!.GetValue<string>().ShouldBe("Domain");
        document["metadata"]!["name"]!.GetValue<string>().ShouldBe("web");
        document["metadata"]!["uid"].ShouldNotBeNull();
        document["metadata"]!["managedFields"].ShouldBeNull();
        document["spec"]!["cpu"]!["vcpus"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public void Several_objects_are_a_list()
    {
        var (_, output, _) = Get(["domains"], format: OutputFormat.Json);

        var list = JsonNode.Parse(output)!;
        list["kind"]!.GetValue<string>().ShouldBe("List");
        list["items"]!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    public void A_namespace_narrows_it_down()
    {
        var (_, output, _) = Get(["domains"], @namespace: "prod");

        output.ShouldContain("db");
        output.ShouldNotContain("web");
    }

    [Fact]
    public void What_is_not_there_is_said_and_is_a_failure()
    {
        var (code, _, error) = Get(["domain", "nothing"]);

        code.ShouldBe(1);
        error.ShouldContain("there is no domain \"nothing\"");
    }

    [Fact]
    public void Problems_of_the_manifests_are_shown_below_the_table_and_beside_a_document()
    {
        ManifestProblemFile.Write(_state, [new ManifestProblem("web.yaml", 12, "Domain default/web", "spec.memroy: unknown field")]);

        var (_, table, _) = Get();
        var (_, yaml, error) = Get(["web"], format: OutputFormat.Yaml);

        table.ShouldContain("PROBLEMS");
        table.ShouldContain("web.yaml:12: Domain default/web: spec.memroy: unknown field");
        yaml.ShouldNotContain("PROBLEMS");
        error.ShouldContain("web.yaml:12");
    }

    [Fact]
    public void A_stopped_agent_is_said_to_be_one()
    {
        _store.Dispose();

        var (code, output, error) = Get();

        code.ShouldBe(0);
        output.ShouldContain("web");
        error.ShouldContain("No agent is running");
    }

    [Fact]
    public void A_directory_without_state_is_said_with_its_remedy()
    {
        using var error = new StringWriter();

        GetCommand.Run(new GetOptions { StateDirectory = Path.Combine(_state, "nowhere") }, TextWriter.Null, error, TimeProvider.System).ShouldBe(1);

        error.ToString().ShouldContain("--state");
    }

    private (int Code, string Output, string Error) Get(
        string[]? what = null, string? @namespace = null, OutputFormat format = OutputFormat.Table)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = GetCommand.Run(
            new GetOptions { StateDirectory = _state, What = what ?? [], Namespace = @namespace, Format = format }, output, error,
            TimeProvider.System);
        return (code, output.ToString(), error.ToString());
    }

    private void Apply(string kind, string name, string? @namespace, string spec)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (@namespace is not null) metadata["namespace"] = @namespace;
        _store.Apply(
            _store.ResourceTypes.Single(t => t.Kind == kind), new JsonObject { ["metadata"] = metadata, ["spec"] = JsonNode.Parse(spec) },
            new ApplyOptions("test"));
    }
}
