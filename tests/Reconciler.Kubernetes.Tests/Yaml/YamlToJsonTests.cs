using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Kubernetes.Tests.Yaml;

public sealed class YamlToJsonTests
{
    // Left: a plain scalar. Right: the JSON that sigs.k8s.io/yaml makes of it.
    [Theory]
    [InlineData("yes", "true")]
    [InlineData("Off", "false")]
    [InlineData("y", "true")]
    [InlineData("True", "true")]
    [InlineData("tRue", "\"tRue\"")]
    [InlineData("\"yes\"", "\"yes\"")]
    [InlineData("'5'", "\"5\"")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("Null", "null")]
    [InlineData("5", "5")]
    [InlineData("+5", "5")]
    [InlineData("-5", "-5")]
    [InlineData("0", "0")]
    [InlineData("0o17", "15")]
    [InlineData("017", "15")]
    [InlineData("08", "8")]
    [InlineData("0x1F", "31")]
    [InlineData("-0b101", "-5")]
    [InlineData("1_000", "1000")]
    [InlineData("18446744073709551616", "18446744073709551616")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.0", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("1e3", "1000")]
    [InlineData("1e999", "\"1e999\"")]
    [InlineData("512Mi", "\"512Mi\"")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("2026-01-02", "\"2026-01-02\"")]
    [InlineData("2026-01-02T03:04:05Z", "\"2026-01-02T03:04:05Z\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("!!str 5", "\"5\"")]
    [InlineData("!!float 5", "5")]
    [InlineData("!!binary aGk=", "\"hi\"")]
    [InlineData("! 5", "\"5\"")]
    [InlineData("-", "[null]")]
    [InlineData("on", "true")]
    public void Scalars_mean_what_kubectl_takes_them_for(string yaml, string json) =>
        YamlToJson.ParseSingle($"---\nv: \n  {yaml}\n")!.Root!.ToJsonString().ShouldBe($$"""{"v":{{json}}}""");

    [Theory]
    [InlineData("yes: 1", "true")]
    [InlineData("1: 1", "1")]
    [InlineData("0x10: 1", "16")]
    [InlineData("\"yes\": 1", "yes")]
    [InlineData("a.b/c~d: 1", "a.b/c~d")]
    public void Keys_are_strings(string yaml, string key) =>
        YamlToJson.ParseSingle(yaml)!.Root!.AsObject().Single().Key.ShouldBe(key);

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3", 3, 1, "the key \"a\" comes twice in this map")]
    [InlineData("a:\n\t- x", 2, 1, "a tab is used as indentation")]
    [InlineData("spec:\n  a: b: c", 2, 7, "invalid mapping")]
    [InlineData("a: [1,\n", 2, 1, "expected node content")]
    [InlineData("a: 'abc\n", 1, 4, "quoted scalar")]
    [InlineData("a: *nobody", 1, 4, "the alias *nobody has no anchor before it")]
    [InlineData("a: !!int x", 1, 4, "\"x\" is not a value of !!int")]
    [InlineData("a: !mine x", 1, 4, "the tag !mine is not supported")]
    [InlineData("a: .inf", 1, 4, ".inf has no place in JSON")]
    [InlineData("? [a]\n: b", 1, 3, "a key is a plain string")]
    [InlineData("~: b", 1, 1, "a key is empty or null")]
    [InlineData("<<: 5", 1, 5, "a merge (<<) takes a map")]
    [InlineData("a: !!binary 5", 1, 4, "base64")]
    public void A_bad_document_says_where_and_why(string yaml, int line, int column, string reason)
    {
        var error = YamlToJson.ParseAll(yaml).Single().Error.ShouldNotBeNull();
        error.Location.Line.ShouldBe(line);
        error.Location.Column.ShouldBeInRange(column - 1, column + 1);
        error.Reason.ShouldContain(reason);
    }

    [Fact]
    public void A_bad_document_leaves_its_neighbours_readable_and_lines_count_in_the_whole_text()
    {
        var documents = YamlToJson.ParseAll("""
            # a comment
            ---
            a: 1
            ---
            b: [
            --- # third
            c:
              d: 1
            ---
            # nothing here
            ---
            - 1
            - 2
            ...
            """);

        documents.Count.ShouldBe(4);
        documents[0].Root!.ToJsonString().ShouldBe("""{"a":1}""");
        documents[1].Error!.Location.Line.ShouldBeInRange(5, 6);
        documents[2].Root!.ToJsonString().ShouldBe("""{"c":{"d":1}}""");
        documents[2].Locate("/c/d").ShouldBe(new YamlLocation(8, 6));
        documents[3].Start.ShouldBe(new YamlLocation(12, 1));
        documents[3].Locate("/1").ShouldBe(new YamlLocation(13, 3));
    }

    [Fact]
    public void Dashes_inside_of_a_block_scalar_are_text_when_indented() =>
        YamlToJson.ParseAll("a: |\n  ---\n  x\nb: 1").Single().Root!.ToJsonString().ShouldBe("""{"a":"---\nx\n","b":1}""");

    [Fact]
    public void A_missing_value_is_located_at_its_nearest_parent_and_json_paths_are_understood()
    {
        var document = YamlToJson.ParseSingle("spec:\n  a.b/c:\n  - x: 1\n    w: 2\n")!;
        document.Locate("/spec/a.b~1c/0/w").ShouldBe(new YamlLocation(4, 8));
        document.Locate("/spec/a.b~1c/0/z").ShouldBe(new YamlLocation(3, 5));
        document.Locate("/nowhere").ShouldBe(new YamlLocation(1, 1));
        document.LocateJsonPath("$.spec['a.b/c'][0].w").ShouldBe(new YamlLocation(4, 8));
        document.LocateJsonPath(null).ShouldBe(new YamlLocation(1, 1));
    }

    [Fact]
    public void Anchors_aliases_and_merges_are_expanded_and_own_keys_win()
    {
        var root = YamlToJson.ParseSingle("""
            base: &base {a: 1, b: 2}
            other: &other {b: 3, c: 4}
            x:
              <<: [*base, *other]
              a: 9
            copy: *base
            """)!.Root!;
        root["x"]!.ToJsonString().ShouldBe("""{"a":9,"b":2,"c":4}""");
        root["copy"]!.ToJsonString().ShouldBe("""{"a":1,"b":2}""");
    }

    [Fact]
    public void Aliases_that_multiply_and_nesting_without_end_are_refused()
    {
        var laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + string.Concat(Enumerable.Range(1, 9).Select(i =>
            $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 9))}]\n"));
        YamlToJson.ParseAll(laughs).Single().Error!.Reason.ShouldContain("more than 500000 values");
        YamlToJson.ParseAll(new string('[', 300)).Single().Error!.Reason.ShouldContain("nested deeper than 200");
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n---\n")]
    [InlineData("%YAML 1.1\n---\n")]
    public void A_text_without_a_document_is_empty(string yaml)
    {
        YamlToJson.ParseAll(yaml).ShouldBeEmpty();
        YamlToJson.ParseSingle(yaml).ShouldBeNull();
    }

    [Fact]
    public void A_second_document_is_an_error_where_one_is_expected() =>
        Should.Throw<YamlFormatException>(() => YamlToJson.ParseSingle("a: 1\n---\nb: 2\n"))
            .Error.Location.Line.ShouldBe(3);

    [Fact]
    public void No_text_makes_the_reader_fail_otherwise_than_by_an_error_with_a_place_in_it() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5000),
        Prop.ForAll(Texts().ToArbitrary(), text =>
        {
            // YAML 1.1 has more line breaks than editors do.
            var lines = text.Count(character => character is '\n' or '\r' or '\u0085') + 1;
            return YamlToJson.ParseAll(text).All(document => document.Error is null || (document.Error.Location.Line >= 1 && document.Error.Location.Line <= lines + 1));
        }));

    private static Gen<string> Texts() => Gen.ArrayOf(Gen.Elements(
        "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n---\n", "\n...\n", "[", "]", "{", "}", ",", "&x ", "*x", "!!int ", "!", "!<", "|", ">", "|2\n", "'", "\"", "\\", "\\x4",
        "#", " # c\n", "%YAML 1.2\n", "%TAG ! tag:x,2000:\n", "\t", "\r", "\0", "\u0085", "\ufeff", "\ud83d", "<<: ", "*", "&", "0x", "1e5", "~", "`", "@"))
        .Select(string.Concat);

    [Fact]
    public void Windows_line_ends_and_a_byte_order_mark_are_read() =>
        YamlToJson.ParseAll("\ufeffa: 1\r\n---\r\nb: x\r\n").Select(document => document.Root!.ToJsonString())
            .ShouldBe(["""{"a":1}""", """{"b":"x"}"""]);
}
