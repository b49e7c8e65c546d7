using System.Text.Json.Nodes;
using Reconciler.Agent.Commands.Get;
using Reconciler.Embedded.Resources;

namespace Reconciler.Agent.Tests.Commands;

public sealed class ResourceTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ResourceType Domains = CustomResourceDefinitions.ReadBuiltIn().Single(t => t.Kind == "Domain");

    [Fact]
    public void Columns_are_those_that_the_kind_declares_for_kubectl()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        ResourceTable.Of(Domains, [Domain("web"), Unseen("new")], isWide: false, Now).Write(writer);

        writer.ToString().ShouldBe("""
            NAME   DESIRED   STATE     HOST    DOMID   READY   REASON    AGE
            web    Running   Running   xen-a   7       True    Running   2m30s
            new    Halted                                                5s

            """);
    }

    [Fact]
    public void The_namespace_is_shown_when_it_is_not_the_default_one()
    {
        var other = Domain("web");
        other["metadata"]!["namespace"] = "prod";

        var table = ResourceTable.Of(Domains, [Domain("web"), other], isWide: false, Now);

        table.Headings.Take(2).ShouldBe(["NAMESPACE", "NAME"]);
        table.Rows.Select(r => r[0]).ShouldBe(["default", "prod"]);
    }

    [Fact]
    public void Every_column_of_every_kind_can_be_evaluated()
    {
        foreach (var type in CustomResourceDefinitions.ReadBuiltIn())
            ResourceTable.Of(type, [Domain("x")], isWide: true, Now).Headings.Count.ShouldBe(type.Columns.Count + 1);
    }

    [Theory]
    [InlineData(".status.conditions[?(@.type=='Ready')].reason", "Running")]
    [InlineData(".status.conditions[?(@.type==\"Ready\")].status", "True")]
    [InlineData(".status.conditions[0].type", "Accepted")]
    [InlineData(".status.conditions[?(@.type=='None')].reason", null)]
    [InlineData(".status.conditions[9].type", null)]
    [InlineData(".status.host.deeper", null)]
    public void Column_paths_are_followed(string path, string? value) =>
        ColumnPath.Evaluate(Domain("web"), path)?.ToString().ShouldBe(value);

    [Fact]
    public void A_column_path_that_is_not_understood_is_said() =>
        Should.Throw<FormatException>(() => ColumnPath.Evaluate(Domain("web"), ".status..host")).Message.ShouldContain("..host");

    private static JsonObject Domain(string name) => (JsonObject)JsonNode.Parse($$"""
        {
          "metadata": { "name": "{{name}}", "namespace": "default", "creationTimestamp": "2026-05-01T11:57:30Z" },
          "spec": { "powerState": "Running" },
          "status": {
            "powerState": "Running", "host": "xen-a", "domid": 7,
            "conditions": [
                 { "type": "Accepted", "status": "True", "reason": "Accepted" },
                { "type": "Ready", "status": "True", "reason": "Running" } ]
          }
        }
        """)!;

    private static JsonObject Unseen(string name) => (JsonObject)JsonNode.Parse($$"""
        { "metadata": { "name": "{{name}}", "namespace": "default", "creationTimestamp": "2026-05-01T11:59:55Z" }, "spec": { "powerState": "Halted" } }
        """)!;
}
