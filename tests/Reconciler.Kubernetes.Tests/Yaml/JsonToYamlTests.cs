using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Kubernetes.Tests.Yaml;

public sealed class JsonToYamlTests
{
    [Fact]
    public void Objects_read_as_kubectl_prints_them() =>
        JsonToYaml.Write(JsonNode.Parse("""
            {"apiVersion":"v1","empty":{},"none":[],"nothing":null,"list":[{"a":1,"b":true},"x"],"quoted":"yes","number":"5","text":"one\ntwo\n",
             "colon":"a: b","blank":"","url":"http://x:1/y"}
            """)).ShouldBe("""
            apiVersion: v1
            empty: {}
            none: []
            nothing: null
            list:
            - a: 1
              b: true
            - x
            quoted: "yes"
            number: "5"
            text: |
              one
              two
            colon: 'a: b'
            blank: ""
            url: http://x:1/y

            """.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData("\u00a0")]
    [InlineData("a\u00a0")]
    [InlineData("\u2003b")]
    [InlineData("\u3000")]
    public void White_space_of_unicode_survives(string text)
    {
        var json = new JsonObject { [text] = text };

        JsonNode.DeepEquals(YamlToJson.ParseSingle(JsonToYaml.Write(json))?.Root, json).ShouldBeTrue();
    }

    [Fact]
    public void Every_json_survives_the_way_through_yaml() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3000),
        Prop.ForAll(Trees().ToArbitrary(), json =>
        {
            var yaml = JsonToYaml.Write(JsonNode.Parse(json));
            var back = YamlToJson.ParseSingle(yaml);
            return JsonNode.DeepEquals(back?.Root, JsonNode.Parse(json)).Label($"{json}\n{yaml}");
        }));

    private static Gen<string> Trees() => Gen.Sized(size => Tree(Math.Min(size, 4)));

    private static Gen<string> Tree(int depth)
    {
        var leaf = Gen.OneOf(
            Strings().Select(text => JsonValue.Create(text)!.ToJsonString()),
            Gen.Elements("null", "true", "false", "0", "-1", "1.5", "1e20", "9223372036854775807", "18446744073709551615"));
        if (depth == 0) return leaf;
        var child = Tree(depth - 1);
        return Gen.Frequency(
            (3, leaf),
            (2, Gen.ListOf(child).Select(items => $"[{string.Join(',', items.Take(4))}]")),
            (3, Gen.ListOf(Gen.Zip(Strings(), child, (key, value) => (key, value))).Select(members =>
                $"{{{string.Join(',', members.Take(4).DistinctBy(m => m.key).Select(m => $"{JsonValue.Create(m.key)!.ToJsonString()}:{m.value}"))}}}")));
    }

    private static Gen<string> Strings() => Gen.OneOf(
        Gen.Elements("", " ", "yes", "null", "~", "1", "0x1F", ".inf", "<<", "- a", "a: b", "# c", "a #b", "'", "\"", "|", ">", "%", "@x", "`", "---", "--- a", "...", "\t",
            "a\n", "\na", "a\n\n", " a\nb", "a \nb", "a\r\nb", "\u2028", "\u0085", "\u00a0", "#", "\u00a0# x", "é", "\ud83d\ude00", "*a", "&a", "!a", "?", "? a", "-", ":", "[", "{", "a,b", "true", "2026-01-02"),
        Gen.ListOf(Gen.OneOf(Gen.Choose(32, 126), Gen.Elements(9, 10, 13, 0x85, 0xa0, 0x2028, 0xfeff, 0x20ac, 0x1f600, 0xfffd)))
            .Select(runes => string.Concat(runes.Take(12).Select(rune => new Rune(rune).ToString()))));
}
