using System.Text.Json.Nodes;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;

namespace Reconciler.Xen.Light.Tests.Configuration;

public sealed class ConfigurationCheckTests
{
    /// <summary>A toolstack that knows some keys, ignores others and values of another kind, and leaves out defaults.</summary>
    private static Func<string, bool, string?> Knowing(params string[] scalars) => (json, _) =>
    {
        var kept = new JsonObject();
        foreach (var (name, value) in JsonNode.Parse(json)!.AsObject())
        {
            if (!scalars.Contains(name)) continue;
            if (value is not JsonValue) continue;
            if (value.ToJsonString() is not ("0" or "false" or "\"\"")) kept[name] = value.DeepClone();
        }
        return kept.ToJsonString();
    };

    [Fact]
    public void A_configuration_that_survives_passes() =>
        ConfigurationCheck.Verify("""{"name":"x","vcpus":2}""", Knowing("name", "vcpus"));

    [Fact]
    public void Defaults_that_are_left_out_pass() =>
        ConfigurationCheck.Verify("""{"name":"","vcpus":0,"on":false}""", Knowing("name", "vcpus", "on"));

    [Theory]
    [InlineData("""{"nmae":"x"}""", "nmae = \"x\"")]
    [InlineData("""{"nmae":""}""", "nmae = \"\"")]
    [InlineData("""{"nmae":0}""", "nmae = 0")]
    [InlineData("""{"nmae":false}""", "nmae = false")]
    [InlineData("""{"nmae":{}}""", "nmae = {}")]
    [InlineData("""{"nmae":{"a":[{"b":1}]}}""", "nmae.a[0].b = 1")]
    public void An_unknown_key_is_named_with_its_path_and_value_even_if_it_looks_like_a_default(string json, string named) =>
        Refusal(json, Knowing("name")).ShouldBe($"{named}: libxl would ignore it; it knows no such key, or not with a value of this kind");

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", "a = 1: libxl made 2 of it")]
    [InlineData("""{"a":"1"}""", """{"a":1}""", "a = \"1\": libxl made 1 of it")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""", "a = [1,2]: libxl made [1] of it")]
    [InlineData("""{"a":[{"b":"x"}]}""", """{"a":[{"b":"y"}]}""", "a[0].b = \"x\": libxl made \"y\" of it")]
    [InlineData("""{"a":{"b":1}}""", """{"a":[]}""", "a = {\"b\":1}: libxl made [] of it")]
    [InlineData("""{"a":true}""", """{"a":false}""", "a = true: libxl made false of it")]
    public void A_changed_value_is_named_with_both_values(string sent, string kept, string message) =>
        Refusal(sent, (_, _) => kept).ShouldBe(message);

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1.0}""")]
    [InlineData("""{"a":"ü\u002f"}""", """{"a":"\u00fc\/"}""")]
    [InlineData("""{"a":1}""", """{"b":2,"a":1}""")]
    public void The_same_value_written_otherwise_and_keys_that_were_added_pass(string sent, string kept) =>
        ConfigurationCheck.Verify(sent, (_, _) => kept);

    [Fact]
    public void A_refusal_to_read_is_an_invalid_configuration() =>
        Refusal("""{"a":1}""", (_, _) => null).ShouldBe("""libxl refused to read it: {"a":1}""");

    [Fact]
    public void All_losses_are_named_at_once() =>
        Refusal("""{"a":1,"b":2}""", (_, _) => "{}").ShouldContain("; ");

    private static string Refusal(string json, Func<string, bool, string?> readBack)
    {
        var refused = Should.Throw<XenException>(() => ConfigurationCheck.Verify(json, readBack));
        refused.Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        return refused.Detail;
    }
}
