using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;

namespace Reconciler.Kubernetes.Tests.Http;

public sealed class ListDecoderTests
{
    [Fact]
    public async Task Items_are_given_the_apiVersion_and_kind_that_lists_leave_out()
    {
        var list = await DecodeAsync(Samples.List("7", "next", Samples.Widget("a"), new JsonObject { ["metadata"] = new JsonObject { ["name"] = "bare" } }));

        list.ResourceVersion.ShouldBe("7");
        list.Continue.ShouldBe("next");
        list.Items.ShouldAllBe(item => item.Kind == "Widget" && item.ApiVersion == "contract.reconciler.dev/v1");
        list.Items[0].Metadata.Name.ShouldBe("a");
        list.Items[0].Spec!.Count.ShouldBe(3);
        list.Items[1].Metadata.Name.ShouldBe("bare");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(40_000)]
    [InlineData(10_000_000)]
    public async Task Items_are_as_large_as_they_like_with_apiVersion_and_kind_or_without(int chunk)
    {
        var sizes = new[] { 10, 70_000, 65_500, 300_000, 1 };
        var items = sizes.SelectMany((size, i) => new[] { Samples.Widget($"bare-{i}", note: new string('x', size)), Typed(Samples.Widget($"typed-{i}", note: new string('y', size))) });
        var json = Encoding.UTF8.GetBytes(Samples.List("7", null, items));

        var list = await DecodeAsync(json, [chunk]);

        list.Undecodable.ShouldBeEmpty();
        list.Items.Select(i => i.Metadata.Name).ShouldBe(sizes.SelectMany((_, i) => new[] { $"bare-{i}", $"typed-{i}" }));
        list.Items.Select(i => i.Spec!.Size!.Length).ShouldBe(sizes.SelectMany(size => new[] { size, size }));
        list.Items.ShouldAllBe(item => item.Kind == "Widget" && item.ApiVersion == "contract.reconciler.dev/v1");

        // As API servers write custom resources: apiVersion and kind come first.
        static JsonObject Typed(JsonObject widget)
        {
            var typed = new JsonObject { ["apiVersion"] = "contract.reconciler.dev/v1", ["kind"] = "Widget" };
            foreach (var (name, value) in widget) typed[name] = value?.DeepClone();
            return typed;
        }
    }

    [Fact]
    public async Task An_object_without_a_name_can_not_be_kept()
    {
        var list = await DecodeAsync(Samples.List("7", null, new JsonObject(), new JsonObject { ["metadata"] = new JsonObject { ["name"] = "" } }, Samples.Widget("a")));

        list.Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
        list.Undecodable.Count.ShouldBe(2);
        list.Undecodable.ShouldAllBe(bad => bad.Error == "the object has no name");
    }

    [Fact]
    public async Task Semantics_12_an_object_that_can_not_be_decoded_costs_only_itself()
    {
        var deep = JsonNode.Parse($"{string.Concat(Enumerable.Repeat("[", 500))}{string.Concat(Enumerable.Repeat("]", 500))}", null, new JsonDocumentOptions { MaxDepth = 600 });
        var list = await DecodeAsync(Samples.List("7", null, Samples.Widget("a"), Samples.Widget("b", isBad: true), null, new JsonArray(1), deep, Samples.Widget("c")));

        list.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "c"]);
        list.Undecodable.Count.ShouldBe(4);
        list.Undecodable[0].Namespace.ShouldBe("default");
        list.Undecodable[0].Name.ShouldBe("b");
        list.Undecodable[0].Error.ShouldStartWith("$.spec.count: ");
        list.Undecodable[0].Error.ShouldNotContain("LineNumber");
        list.Undecodable.Skip(1).ShouldAllBe(bad => bad.Name == null && bad.Error.Contains("no object"));
    }

    [Theory]
    [InlineData("""{"items":[{"metadata":{"name":"a"}}],"metadata":{"resourceVersion":"7"}}""", 1)]
    [InlineData("""{"metadata":{"resourceVersion":"7","continue":""},"items":null}""", 0)]
    [InlineData("""{"metadata":{"resourceVersion":"7"}}""", 0)]
    [InlineData(""" { "metadata" : { "remainingItemCount" : 5 , "x" : { "resourceVersion" : "8" } , "resourceVersion" : "7" } , "items" : [ { "metadata" : { "name" : "a" } } , { "kind" : "Widget" , "metadata" : { "name" : "b" } } ] } """, 2)]
    public async Task Order_and_spelling_of_the_list_do_not_matter(string json, int count)
    {
        var list = await DecodeAsync(json);
        list.Items.Count.ShouldBe(count);
        list.ResourceVersion.ShouldBe("7");
        list.Continue.ShouldBeNull();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html>")]
    [InlineData("{\"items\":[{]}")]
    [InlineData("{\"items\":[]}")]
    public async Task What_is_no_list_is_said_to_be_none(string json) =>
        await Should.ThrowAsync<JsonException>(() => DecodeAsync(json));

    [Fact]
    public void Semantics_01_However_a_list_is_cut_into_pieces_it_decodes_to_the_same() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Samples.Inputs().ToArbitrary(), input =>
        {
            var json = Samples.List("7", null, input.Objects.Select(o => Samples.Widget(o.Name, o.IsBad, o.Note)));
            var list = DecodeAsync(json, input.Chunks).GetAwaiter().GetResult();
            return list.Items.Select(item => (item.Metadata.Name!, item.Spec!.Size!)).SequenceEqual(input.Objects.Where(o => !o.IsBad).Select(o => (o.Name, o.Note)))
                && list.Undecodable.Select(bad => bad.Name!).SequenceEqual(input.Objects.Where(o => o.IsBad).Select(o => o.Name));
        }));

    [Fact]
    public void Semantics_02_A_list_that_is_cut_off_anywhere_is_an_end_too_early_and_never_a_short_list() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Samples.Inputs().ToArbitrary(), input =>
        {
            var json = Encoding.UTF8.GetBytes(Samples.List("7", null, input.Objects.Select(o => Samples.Widget(o.Name, o.IsBad, o.Note))));
            return Throws<EndOfStreamException>(() => DecodeAsync(json[..(input.Cut % json.Length)], input.Chunks));
        }));

    [Fact]
    public void Damaged_bytes_end_in_a_list_or_in_one_of_two_errors() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Samples.Inputs().ToArbitrary(), input =>
        {
            var json = Encoding.UTF8.GetBytes(Samples.List("7", null, input.Objects.Select(o => Samples.Widget(o.Name, o.IsBad, o.Note))));
            foreach (var at in input.Damage) json[at % json.Length] = (byte)(at >> 16);
            try
            {
                DecodeAsync(json, input.Chunks).GetAwaiter().GetResult();
                return true;
            }
            catch (Exception exception) when (exception is JsonException or EndOfStreamException)
            {
                return true;
            }
        }));

    private static bool Throws<TException>(Func<Task> action)
        where TException : Exception
    {
        try
        {
            action().GetAwaiter().GetResult();
            return false;
        }
        catch (TException)
        {
            return true;
        }
    }

    private static Task<ResourceList<Widget>> DecodeAsync(string json, int[]? chunks = null) => DecodeAsync(Encoding.UTF8.GetBytes(json), chunks ?? [5]);

    private static Task<ResourceList<Widget>> DecodeAsync(byte[] json, int[] chunks) =>
        new ListDecoder<Widget>().ReadAsync(new ChunkedStream(json, chunks), CancellationToken.None);
}
