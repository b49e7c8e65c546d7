using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Embedded.Tests.Schemas;

/// <summary>What a writer is told: field, value, remedy.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly EmbeddedStore _store = EmbeddedStore.InMemory(Widgets.Options);

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("""{"size":"1Gi","cuont":1}""", "spec.cuont", "unknown field \"cuont\"; did you mean \"count\"?")]
    [InlineData("""{"size":"1Gi","Count":2}""", "spec.Count", "unknown field \"Count\"; did you mean \"count\"?")]
    [InlineData("""{"size":"1Gi","seconds":2}""", "spec.seconds", "unknown field \"seconds\"; did you mean \"limits.seconds\"?")]
    [InlineData("""{"size":"1Gi","whatever":2}""", "spec.whatever", "unknown field \"whatever\"")]
    [InlineData("""{"size":"1Gi","limits":{"second":2}}""", "spec.limits.second", "unknown field \"second\"; did you mean \"seconds\"?")]
    [InlineData("""{"size":"1Gi","ports":[{"name":"a"},{"name":"b","numbr":1}]}""", "spec.ports[1].numbr", "unknown field \"numbr\"; did you mean \"number\"?")]
    [InlineData("""{}""", "spec.size", "is required")]
    [InlineData("""{"size":7}""", "spec.size", "7 must be a string")]
    [InlineData("""{"size":null}""", "spec.size", "is empty (null); it must be a string, or left out")]
    [InlineData("""{"size":"huge"}""", "spec.size", "\"huge\" must match ^[0-9]+(Mi|Gi)$")]
    [InlineData("""{"size":"1Gi\n"}""", "spec.size", "must match")]
    [InlineData("""{"size":"1Gi","count":11}""", "spec.count", "11 must be at most 10")]
    [InlineData("""{"size":"1Gi","count":-1}""", "spec.count", "-1 must be at least 0")]
    [InlineData("""{"size":"1Gi","count":1.5}""", "spec.count", "1.5 must be a whole number")]
    [InlineData("""{"size":"1Gi","count":"2"}""", "spec.count", "\"2\" must be a whole number")]
    [InlineData("""{"size":"1Gi","mode":"fast"}""", "spec.mode", "\"fast\" is not supported; it must be one of Fast, Slow")]
    [InlineData("""{"size":"1Gi","limits":[]}""", "spec.limits", "[] must be a map")]
    [InlineData("""{"size":"1Gi","limits":{"action":"12345678901"}}""", "spec.limits.action", "has 11 characters; it must have at most 10")]
    [InlineData("""{"size":"1Gi","ports":[{"name":"a"},{"name":"a"}]}""", "spec.ports[1]", "{\"name\":\"a\"} comes twice")]
    [InlineData("""{"size":"1Gi","ports":[{"number":1}]}""", "spec.ports[0].name", "is required")]
    public void A_bad_field_is_named_with_its_value_and_what_it_may_be(string spec, string field, string message)
    {
        var refused = Should.Throw<KubernetesApiException>(
            () => _store.Apply(Widgets.Type, Widgets.Json("a", spec), new ApplyOptions("test")));

        refused.IsInvalid.ShouldBeTrue();
        var cause = refused.Status!.Details!.Causes!.ShouldHaveSingleItem();
        cause.Field.ShouldBe(field);
        cause.Message.ShouldNotBeNull().ShouldContain(message);
        refused.Message.ShouldContain("Widget.contract.reconciler.dev \"a\" is invalid");
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var refused = Should.Throw<KubernetesApiException>(() => _store.Apply(Widgets.Type, Widgets.Json("a", """{"count":99,"mod":"x"}"""), new ApplyOptions("test")));

        refused.Status!.Details!.Causes!.Select(c => c.Field).ShouldBe(["spec.size", "spec.count", "spec.mod"]);
    }

    [Fact]
    public void A_null_where_there_is_a_default_counts_as_absent() =>
        _store.Apply(Widgets.Type, Widgets.Json("a", """{"size":"1Gi","count":null}"""), new ApplyOptions("test"))["spec"]!["count"]!.GetValue<int>().ShouldBe(1);

    [Fact]
    public void A_field_that_can_not_change_says_why()
    {
        var yaml = Testing.Contract.Widget.DefinitionYaml.Replace(
            "                  enum: [Fast, Slow]",
            "                  enum: [Fast, Slow]\n                  x-kubernetes-validations: [{rule: self == oldSelf, message: mode is for ever}]",
            StringComparison.Ordinal);
        using var store = EmbeddedStore.InMemory(
            new EmbeddedStoreOptions { ResourceTypes = Resources.CustomResourceDefinitions.Read(yaml) });
        var type = store.ResourceTypes.Single();
        store.Apply(type, Widgets.Json("a", """{"size":"1Gi"}"""), new ApplyOptions("test"));

        Should.Throw<KubernetesApiException>(() => store.Apply(type, Widgets.Json("a", """{"size":"1Gi","mode":"Slow"}"""), new ApplyOptions("test")))
            .Status!.Details!.Causes!.ShouldHaveSingleItem().Message.ShouldBe("mode is for ever");
    }

    [Fact]
    public void A_kind_of_another_version_is_refused()
    {
        var entity = Widgets.Json("a", """{"size":"1Gi"}""");
        entity["apiVersion"] = JsonValue.Create("contract.reconciler.dev/v9");

        Should.Throw<KubernetesApiException>(() => _store.Apply(Widgets.Type, entity, new ApplyOptions("test"))).Message.ShouldContain("contract.reconciler.dev/v1");
    }
}
