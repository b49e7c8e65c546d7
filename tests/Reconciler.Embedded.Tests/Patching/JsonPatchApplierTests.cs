using System.Text.Json.Nodes;
using Reconciler.Embedded.Patching;

namespace Reconciler.Embedded.Tests.Patching;

public sealed class JsonPatchApplierTests
{
    // Documents, patches and results of RFC 6902, appendix A.
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"baz":"qux","foo":"bar"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo","foo":"bar"}""")]
    [InlineData("""{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"baz":"qux","foo":["a",2,"c"]}""", """[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]""", """{"baz":"qux","foo":["a",2,"c"]}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/child","value":{"grandchild":{}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"copy","from":"/foo","path":"/baz"}]""", """{"foo":"bar","baz":"bar"}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"replace","path":"","value":7}]""", "7")]
    public void What_the_RFC_shows_is_what_comes_out(string document, string patch, string result) =>
        JsonNode.DeepEquals(Apply(document, patch), JsonNode.Parse(result)).ShouldBeTrue();

    [Theory]
    [InlineData("""{"baz":"qux"}""", """[{"op":"test","path":"/baz","value":"bar"}]""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":"10"}]""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz/bat","value":"qux"}]""")]
    [InlineData("""{"foo":[1]}""", """[{"op":"add","path":"/foo/2","value":1}]""")]
    [InlineData("""{"foo":[1]}""", """[{"op":"remove","path":"/foo/-"}]""")]
    [InlineData("""{"foo":[1]}""", """[{"op":"remove","path":"/foo/01x"}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"replace","path":"/bar","value":1}]""")]
    [InlineData("""{"foo":1}""", """[{"op":"frob","path":"/foo"}]""")]
    public void What_does_not_apply_is_refused_and_changes_nothing(string document, string patch)
    {
        var original = JsonNode.Parse(document)!;

        Should.Throw<JsonPatchException>(() => JsonPatchApplier.Apply(original, (JsonArray)JsonNode.Parse(patch)!));

        JsonNode.DeepEquals(original, JsonNode.Parse(document)).ShouldBeTrue();
    }

    private static JsonNode? Apply(string document, string patch) =>
        JsonPatchApplier.Apply(JsonNode.Parse(document)!, (JsonArray)JsonNode.Parse(patch)!);
}
