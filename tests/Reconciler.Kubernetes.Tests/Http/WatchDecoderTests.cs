using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Contract;

namespace Reconciler.Kubernetes.Tests.Http;

public sealed class WatchDecoderTests
{
    [Fact]
    public async Task Semantics_04_every_kind_of_frame_carries_the_version_to_go_on_from()
    {
        var events = await DecodeAsync(
            Samples.Frame("ADDED", Samples.Widget("a")) + Samples.Frame("MODIFIED", Samples.Widget("b")) + Samples.Frame("DELETED", Samples.Widget("c"))
            + """{"type":"BOOKMARK","object":{"kind":"Widget","apiVersion":"x/v1","metadata":{"resourceVersion":"12","creationTimestamp":null},"spec":{"count":""}}}""" + "\n");

        events.Select(e => (e.Type, e.ResourceVersion)).ShouldBe(
            [(WatchEventType.Added, "v-a"), (WatchEventType.Modified, "v-b"), (WatchEventType.Deleted, "v-c"), (WatchEventType.Bookmark, "12")]);
        events[1].Object!.Spec!.Count.ShouldBe(3);
        events[3].Object.ShouldBeNull();
        events[3].InitialEventsEnd.ShouldBeFalse();
    }

    [Fact]
    public async Task Semantics_10_the_bookmark_that_ends_the_initial_events_is_told_apart()
    {
        var events = await DecodeAsync(
            """{"type":"BOOKMARK","object":{"metadata":{"annotations":{"x":{"y":1},"k8s.io/initial-events-end":"true"},"resourceVersion":"12"}}}""" + "\n"
            + """{"type":"BOOKMARK","object":{"metadata":{"annotations":{"k8s.io/initial-events-end":"false"},"resourceVersion":"13"}}}""" + "\n");

        events.Select(e => (e.InitialEventsEnd, e.ResourceVersion)).ShouldBe([(true, "12"), (false, "13")]);
    }

    [Fact]
    public async Task Semantics_03_an_error_frame_carries_the_servers_status()
    {
        var events = await DecodeAsync(
            """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"too old resource version: 1 (5)","reason":"Expired","code":410}}""" + "\n"
            + """{"type":"ERROR","object":{"code":"many","more":[1,{"a":2}]}}""" + "\n");

        events[0].Type.ShouldBe(WatchEventType.Error);
        events[0].Status!.Code.ShouldBe(410);
        events[0].Status!.Reason.ShouldBe("Expired");
        events[1].Status!.Code.ShouldBe(500);
        events[1].Status!.Message!.ShouldContain("$.code");
    }

    [Fact]
    public async Task Semantics_12_an_object_that_can_not_be_decoded_is_named_and_the_stream_goes_on()
    {
        var events = await DecodeAsync(
            Samples.Frame("MODIFIED", Samples.Widget("a", isBad: true)) + """{"type":"ADDED","object":null}""" + "\n"
            + """{"type":"ADDED","object":{"metadata":{"name":7}}}""" + "\n" + Samples.Frame("ADDED", Samples.Widget("b")));

        events.Count.ShouldBe(4);
        events[0].Type.ShouldBe(WatchEventType.Modified);
        events[0].ResourceVersion.ShouldBe("v-a");
        events[0].Undecodable!.Namespace.ShouldBe("default");
        events[0].Undecodable!.Name.ShouldBe("a");
        events[0].Undecodable!.Error.ShouldStartWith("$.spec.count: ");
        events[1].Undecodable!.Error.ShouldContain("null");
        events[2].Undecodable!.Error.ShouldStartWith("$.metadata.name: ");
        events[3].Object!.Metadata.Name.ShouldBe("b");
    }

    [Fact]
    public async Task The_object_may_come_before_its_type_and_frames_of_unknown_types_are_passed_over()
    {
        var events = await DecodeAsync(
            """{"object":{"metadata":{"name":"a"},"spec":{"count":1}},"later":[{}],"type":"ADDED"}""" + "\n\n \r\n"
            + """{"type":"RENAMED","object":{"metadata":{"name":"b"}}}""" + "\n" + """{"type":"DELETED"}""" + "\n"
            + """{"more":{"object":1},"type":"MODIFIED","object":{"metadata":{"name":"c"}},"x":1}""");

        events.Select(e => (e.Type, e.Object!.Metadata.Name)).ShouldBe([(WatchEventType.Added, "a"), (WatchEventType.Modified, "c")]);
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("[]\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":{\"spec\":]}\n")]
    public async Task A_line_that_is_no_json_ends_the_watch_with_an_error(string line) =>
        await Should.ThrowAsync<JsonException>(() => DecodeAsync(Samples.Frame("ADDED", Samples.Widget("a")) + line));

    [Fact]
    public void However_a_watch_is_cut_into_pieces_it_decodes_to_the_same() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Samples.Inputs().ToArbitrary(), input =>
        {
            var text = string.Concat(input.Objects.Select(o => Samples.Frame("MODIFIED", Samples.Widget(o.Name, o.IsBad, o.Note))));
            var events = DecodeAsync(Encoding.UTF8.GetBytes(text), input.Chunks).GetAwaiter().GetResult();
            return events.Select(e => (e.Object?.Metadata.Name ?? e.Undecodable!.Name!, e.Object is null, e.ResourceVersion!))
                .SequenceEqual(input.Objects.Select(o => (o.Name, o.IsBad, $"v-{o.Name}")));
        }));

    [Fact]
    public void A_watch_that_is_cut_off_in_a_frame_gives_what_was_whole_before() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Samples.Inputs().ToArbitrary(), input =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(input.Objects.Select(o => Samples.Frame("MODIFIED", Samples.Widget(o.Name, o.IsBad, o.Note)))));
            var kept = bytes[..(bytes.Length == 0 ? 0 : input.Cut % bytes.Length)];
            var whole = kept.Count(value => value == '\n');

            // A frame that lacks only its line feed is whole.
            var isComplete = kept.Length == 0 || kept[^1] == '\n' || bytes[kept.Length] == '\n';
            var decoder = new WatchDecoder<Widget>(ChunkedStream.Pipe(kept, input.Chunks));
            var count = 0;
            try
            {
                while (decoder.NextAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is not null) count++;
                return isComplete && count == whole + (kept.Length > 0 && kept[^1] != '\n' ? 1 : 0);
            }
            catch (EndOfStreamException)
            {
                return !isComplete && count == whole;
            }
        }));

    [Fact]
    public void Damaged_bytes_end_in_events_or_in_one_of_two_errors() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Samples.Inputs().ToArbitrary(), input =>
        {
            var bytes = Encoding.UTF8.GetBytes(string.Concat(input.Objects.Select(o => Samples.Frame("ADDED", Samples.Widget(o.Name, o.IsBad, o.Note)))));
            if (bytes.Length == 0) return true;
            foreach (var at in input.Damage) bytes[at % bytes.Length] = (byte)(at >> 16);
            try
            {
                DecodeAsync(bytes, input.Chunks).GetAwaiter().GetResult();
                return true;
            }
            catch (Exception exception) when (exception is JsonException or EndOfStreamException)
            {
                return true;
            }
        }));

    private static Task<List<WatchEvent<Widget>>> DecodeAsync(string text) => DecodeAsync(Encoding.UTF8.GetBytes(text), [11]);

    private static async Task<List<WatchEvent<Widget>>> DecodeAsync(byte[] bytes, int[] chunks)
    {
        var decoder = new WatchDecoder<Widget>(ChunkedStream.Pipe(bytes, chunks));
        var events = new List<WatchEvent<Widget>>();
        while (await decoder.NextAsync(CancellationToken.None) is { } watchEvent) events.Add(watchEvent);
        return events;
    }
}
