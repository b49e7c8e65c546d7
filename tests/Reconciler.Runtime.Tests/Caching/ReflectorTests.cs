using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;
using static Reconciler.Runtime.Tests.Fakes.ScriptedClient;

namespace Reconciler.Runtime.Tests.Caching;

/// <summary>Numbers are those of docs/runtime-semantics.md.</summary>
public sealed class ReflectorTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void Semantics_01_The_first_list_asks_for_the_newest_state_in_pages_of_500() => Play(
        script => script.List("10"),
        run =>
        {
            var (_, options) = run.Client.Lists[0];
            options.ResourceVersion.ShouldBeNull();
            options.Limit.ShouldBe(500);
            options.Continue.ShouldBeNull();
            run.Client.Watches[0].Options.ResourceVersion.ShouldBe("10");
        });

    [Fact]
    public void Semantics_01_The_first_list_may_come_from_the_cache_when_asked_so() => Play(
        script => script.List("10"),
        run => run.Client.Lists[0].Options.ResourceVersion.ShouldBe("0"),
        new ReflectorOptions { FirstListFromCache = true });

    [Fact]
    public void Semantics_01_A_relist_that_is_not_about_age_asks_for_nothing_older_than_was_seen() => Play(
        script => script.List("10").Watch(Minute, Frame(WatchEventType.Added, Widget.Named("a", "12")), ErrorFrame(500, "InternalError")),
        run => run.Client.Lists[1].Options.ResourceVersion.ShouldBe("12"));

    [Fact]
    public void Semantics_01_A_server_that_is_behind_is_asked_for_what_it_has() => Play(
        script => script.List("10").Watch(Minute, ErrorFrame(500, "InternalError"))
            .ListFails(Error(HttpStatusCode.GatewayTimeout, "Timeout", "Timeout: Too large resource version: 10, current: 7")),
        run => run.Client.Lists.Select(l => l.Options.ResourceVersion).ShouldBe([null, "10", null]));

    [Fact]
    public void Semantics_02_Nothing_of_a_list_shows_before_its_last_page() => Play(
        script => script.ListPage("10", "next", Widget.Named("a")),
        run =>
        {
            run.Client.Lists[1].Options.Continue.ShouldBe("next");
            run.Client.Lists[1].Options.ResourceVersion.ShouldBeNull();
            run.Store.IsSynced.ShouldBeFalse();
            run.Store.Snapshot.Objects.ShouldBeEmpty();
        });

    [Fact]
    public void Semantics_02_Relist_after_gone_reports_objects_deleted_meanwhile() => Play(
        script => script
            .List("10", Widget.Named("stays"), Widget.Named("goes"), Widget.Named("changes", "1"))
            .WatchBreaks(Error(HttpStatusCode.Gone, "Expired"))
            .ListPage("20", "next", Widget.Named("stays"))
            .List("20", Widget.Named("changes", "15"), Widget.Named("comes", "16")),
        run => run.Changes.Skip(3).Order().ShouldBe(["Added ns/comes", "Deleted ns/goes", "Updated ns/changes"]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Semantics_03_An_expired_watch_relists_the_newest_state_whichever_way_it_is_told(bool asHttpStatus) => Play(
        script => (asHttpStatus
            ? script.List("10").WatchBreaks(Error(HttpStatusCode.Gone, "Expired"))
            : script.List("10").Watch(Minute, ErrorFrame(410, "Expired"))).List("20"),
        run =>
        {
            run.Client.Lists[1].Options.ResourceVersion.ShouldBeNull();
            run.Client.Watches[^1].Options.ResourceVersion.ShouldBe("20");
        });

    [Fact]
    public void Semantics_03_An_expired_continue_token_restarts_the_list_without_it() => Play(
        script => script
            .ListPage("10", "old", Widget.Named("half"))
            .ListFails(Error(HttpStatusCode.Gone, "Expired"))
            .List("20", Widget.Named("whole")),
        run =>
        {
            run.Client.Lists.Select(l => l.Options.Continue).ShouldBe([null, "old", null]);
            run.Store.Snapshot.Objects.Values.Select(w => w.Metadata.Name).ShouldBe(["whole"]);
        });

    [Fact]
    public void Semantics_04_05_The_next_watch_starts_from_the_last_version_of_an_event_or_a_bookmark() => Play(
        script => script.List("10")
            .Watch(Minute, Frame(WatchEventType.Added, Widget.Named("a", "11")))
            .Watch(Minute, Frame(WatchEventType.Deleted, Widget.Named("a", "12")))
            .Watch(Minute, Bookmark("90"))
            .Watch(Minute),
        run =>
        {
            run.Client.Watches.Select(w => w.Options.ResourceVersion).ShouldBe(["10", "11", "12", "90", "90"]);
            run.Client.Watches.ShouldAllBe(w => w.Options.AllowBookmarks);
            run.Client.Lists.Count.ShouldBe(1);
        });

    [Fact]
    public void Semantics_06_Watches_are_limited_to_a_random_240_to_290_s() => Play(
        script => Enumerable.Range(0, 20).Aggregate(script.List("10"), (s, _) => s.Watch(Minute)),
        run =>
        {
            var timeouts = run.Client.Watches.Select(w => w.Options.Timeout!.Value.TotalSeconds).ToList();
            timeouts.ShouldAllBe(t => t >= 240 && t <= 290);
            timeouts.Distinct().Count().ShouldBeGreaterThan(10);
        });

    [Fact]
    public void Semantics_06_A_watch_that_falls_silent_is_left_and_goes_on_from_the_same_version() => Play(
        script => script.List("10").WatchFallsSilent(Bookmark("50")),
        run =>
        {
            run.Client.Watches[1].Options.ResourceVersion.ShouldBe("50");
            var silence = run.Client.Watches[1].At - run.Client.Watches[0].At;
            silence.ShouldBe(run.Client.Watches[0].Options.Timeout!.Value + TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));
        });

    [Fact]
    public void Semantics_06_A_list_that_hangs_is_left_after_a_minute() => Play(
        script => script.ListHangs().List("10"),
        run => run.Client.Lists[1].At.ShouldBe(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1)));

    [Fact]
    public void Semantics_07_The_end_of_a_watch_is_followed_at_once_by_the_next() => Play(
        script => script.List("10").Watch(Minute).Watch(Minute),
        run => run.Client.Watches.Select(w => w.At).ShouldBe([TimeSpan.Zero, Minute, 2 * Minute]));

    [Fact]
    public void Semantics_07_Watches_that_end_at_once_with_nothing_are_failures_and_back_off() => Play(
        script => Enumerable.Range(0, 12).Aggregate(script.List("10"), (s, _) => s.Watch(AtOnce)),
        run =>
        {
            run.Client.Watches[^1].At.ShouldBeGreaterThan(TimeSpan.FromSeconds(20));
            run.Client.Lists.Count.ShouldBe(1);
        });

    [Fact]
    public void Semantics_08_Failures_back_off_with_full_jitter_up_to_30_s() => Play(
        script => Enumerable.Range(0, 200).Aggregate(script, (s, _) => s.ListFails(Error(null))),
        run =>
        {
            var waits = run.Client.Lists.Zip(run.Client.Lists.Skip(1), (a, b) => (b.At - a.At).TotalSeconds).ToList();
            waits[0].ShouldBeLessThanOrEqualTo(0.8);
            waits[1].ShouldBeLessThanOrEqualTo(1.6);
            waits.ShouldAllBe(w => w <= 30);
            waits.Skip(10).Max().ShouldBeGreaterThan(25);
            waits.Skip(10).Min().ShouldBeLessThan(5);
        });

    [Fact]
    public void Semantics_08_Two_healthy_minutes_make_the_next_failure_the_first() => Play(
        script => Enumerable.Range(0, 20).Aggregate(script, (s, _) => s.ListFails(Error(null)))
            .List("10").Watch(TimeSpan.FromMinutes(3)).WatchBreaks(Error(null)),
        run => (run.Client.Watches[2].At - run.Client.Watches[1].At).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(0.8)));

    [Fact]
    public void Semantics_08_A_watch_that_brought_something_and_ended_makes_the_next_failure_the_first() => Play(
        script => Enumerable.Range(0, 20).Aggregate(
            script.List("10"), (s, i) => s.Watch(AtOnce).Watch(AtOnce, Frame(WatchEventType.Added, Widget.Named("a", $"{11 + i}")))),
        run =>
        {
            var pauses = run.Client.Watches.Zip(run.Client.Watches.Skip(1), (a, b) => b.At - a.At - AtOnce).Take(39).ToList();
            pauses.Where((_, i) => i % 2 == 0).ShouldAllBe(afterNothing => afterNothing <= TimeSpan.FromSeconds(0.8));
            pauses.Where((_, i) => i % 2 == 0).Max().ShouldBeGreaterThan(TimeSpan.FromSeconds(0.2));
            pauses.Where((_, i) => i % 2 == 1).ShouldAllBe(afterSomething => afterSomething == TimeSpan.Zero);
            run.Client.Lists.Count.ShouldBe(1);
        });

    [Fact]
    public void Semantics_08_The_server_is_not_asked_before_the_time_it_named() => Play(
        script => script.ListFails(Error(HttpStatusCode.TooManyRequests, "TooManyRequests", retryAfter: TimeSpan.FromSeconds(17))).List("10"),
        run => run.Client.Lists[1].At.ShouldBe(TimeSpan.FromSeconds(17), TimeSpan.FromMilliseconds(10)));

    [Theory]
    [InlineData(null)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public void Semantics_08_A_server_that_is_away_or_busy_does_not_cost_a_relist(HttpStatusCode? code) => Play(
        script => script.List("10").Watch(Minute, Bookmark("30")).WatchBreaks(Error(code)).WatchBreaks(Error(code)).Watch(Minute),
        run =>
        {
            run.Client.Lists.Count.ShouldBe(1);
            run.Client.Watches.Skip(1).ShouldAllBe(w => w.Options.ResourceVersion == "30");
        });

    [Fact]
    public void Semantics_08_A_stream_that_breaks_in_the_middle_goes_on_after_its_last_event() => Play(
        script => script.List("10").WatchBreaks(new IOException("connection reset"), Frame(WatchEventType.Added, Widget.Named("a", "11"))),
        run =>
        {
            run.Client.Watches[1].Options.ResourceVersion.ShouldBe("11");
            run.Store.Get(new("ns", "a")).ShouldNotBeNull();
        });

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    public void Semantics_09_A_refused_list_is_retried_for_ever_and_named_in_readyz(HttpStatusCode code) => Play(
        script => Enumerable.Range(0, 100).Aggregate(script, (s, _) => s.ListFails(Error(code, message: "widgets is out of bounds"))),
        run =>
        {
            var problem = run.Services.Health.NotReady().ShouldHaveSingleItem();
            problem.Name.ShouldBe("store widgets.test.reconciler.dev");
            problem.Reason.ShouldContain("widgets is out of bounds");
            run.Log.At(Microsoft.Extensions.Logging.LogLevel.Warning).ShouldHaveSingleItem();
        });

    [Fact]
    public void Semantics_09_A_list_refused_later_makes_the_process_unready_until_it_works_again() => Play(
        script => script.List("10").Watch(Minute, ErrorFrame(500, "InternalError")).ListFails(Error(HttpStatusCode.Forbidden, message: "no more")),
        run => run.Services.Health.NotReady().ShouldHaveSingleItem().Reason.ShouldContain("no more"));

    [Fact]
    public void Semantics_38_Readiness_does_not_depend_on_an_api_server_that_is_away_once_the_store_is_filled() => Play(
        script => script.List("10").WatchBreaks(Error(null)).WatchBreaks(Error(null)),
        run => run.Services.Health.NotReady().ShouldBeEmpty());

    [Fact]
    public void Semantics_10_The_first_list_comes_in_the_stream_of_the_watch_and_shows_when_it_is_complete() => Play(
        script => script.Stream(
            Minute,
            Frame(WatchEventType.Added, Widget.Named("a", "5")),
            Frame(WatchEventType.Added, Widget.Named("b", "7")),
            InitialEventsEnd("20"),
            Frame(WatchEventType.Modified, Widget.Named("a", "21"))),
        run =>
        {
            var (_, asked) = run.Client.Streams.ShouldHaveSingleItem();
            (asked.SendInitialEvents, asked.AllowBookmarks, asked.ResourceVersion).ShouldBe((true, true, null));
            run.Client.Lists.ShouldBeEmpty();
            run.Changes.ShouldBe(["Added ns/a", "Added ns/b", "Updated ns/a"]);

            // Resumed as any watch, without the initial events.
            run.Client.Watches.ShouldHaveSingleItem().Options.ResourceVersion.ShouldBe("21");
            run.Client.Watches[0].Options.SendInitialEvents.ShouldBeFalse();
        });

    [Fact]
    public void Semantics_10_A_stream_without_its_end_shows_nothing_and_a_list_takes_its_place() => Play(
        script => script.Stream(TimeSpan.FromHours(1), Frame(WatchEventType.Added, Widget.Named("half"))).List("10", Widget.Named("whole")),
        run =>
        {
            // As from a server that takes the question for an ordinary watch.
            run.Client.Lists.ShouldHaveSingleItem().At.ShouldBe(Minute, TimeSpan.FromSeconds(1));
            run.Changes.ShouldBe(["Added ns/whole"]);
        });

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public void Semantics_10_Whatever_the_server_says_against_streaming_a_list_follows_at_once(HttpStatusCode code) => Play(
        script => script.StreamBreaks(Error(code)).List("10"),
        run =>
        {
            run.Client.Lists.ShouldHaveSingleItem().At.ShouldBe(TimeSpan.Zero);
            run.Client.Streams.Count.ShouldBe(1);
            run.Log.At(Microsoft.Extensions.Logging.LogLevel.Warning).ShouldBeEmpty();
        });

    [Fact]
    public void Semantics_10_A_refusal_in_the_stream_is_followed_by_a_list_too() => Play(
        script => script.Stream(Minute, Frame(WatchEventType.Added, Widget.Named("half")), ErrorFrame(500, "InternalError")).List("10", Widget.Named("whole")),
        run => run.Changes.ShouldBe(["Added ns/whole"]));

    [Fact]
    public void Semantics_10_A_stream_that_breaks_is_begun_again_from_nothing() => Play(
        script => script
            .StreamBreaks(Error(null), Frame(WatchEventType.Added, Widget.Named("half")))
            .Stream(Minute, Frame(WatchEventType.Added, Widget.Named("whole")), InitialEventsEnd("9")),
        run =>
        {
            run.Client.Streams.Count.ShouldBe(2);
            run.Client.Lists.ShouldBeEmpty();
            run.Changes.ShouldBe(["Added ns/whole"]);
        });

    [Fact]
    public void Semantics_10_What_expires_later_is_listed_and_not_streamed() => Play(
        script => script.Stream(Minute, InitialEventsEnd("20")).WatchBreaks(Error(HttpStatusCode.Gone, "Expired")).List("30"),
        run =>
        {
            run.Client.Streams.Count.ShouldBe(1);
            run.Client.Lists.ShouldHaveSingleItem().Options.ResourceVersion.ShouldBeNull();
        });

    [Fact]
    public void Semantics_10_An_unreadable_object_of_the_stream_is_kept_by_name() => Play(
        script => script.Stream(
            Minute,
            new WatchEvent<Widget> { Type = WatchEventType.Added, ResourceVersion = "4", Undecodable = new("ns", "a", "spec.size: no") },
            InitialEventsEnd("20")),
        run => run.Store.Snapshot.Undecodable[new("ns", "a")].ShouldBe("spec.size: no"));

    [Fact]
    public void Semantics_12_An_object_that_becomes_unreadable_stays_and_is_not_reported_deleted() => Play(
        script => script
            .List("10", Widget.Named("a"), Widget.Named("b"))
            .Watch(Minute, new WatchEvent<Widget> { Type = WatchEventType.Modified, ResourceVersion = "11", Undecodable = new("ns", "a", "spec.size: no") })
            .WatchBreaks(Error(HttpStatusCode.Gone))
            .ListWithUndecodable("20", new("ns", "a", "spec.size: no"), Widget.Named("b")),
        run =>
        {
            run.Changes.ShouldBe(["Added ns/a", "Added ns/b"], ignoreOrder: true);
            run.Store.Snapshot.Undecodable[new("ns", "a")].ShouldBe("spec.size: no");
            run.Client.Watches[1].Options.ResourceVersion.ShouldBe("11");
        });

    [Fact]
    public void Semantics_12_A_list_with_an_object_of_unreadable_name_proves_no_deletion() => Play(
        script => script
            .List("10", Widget.Named("a"))
            .WatchBreaks(Error(HttpStatusCode.Gone))
            .ListWithUndecodable("20", new(null, null, "metadata: no"), Widget.Named("b")),
        run => run.Store.Snapshot.Objects.Keys.Select(k => k.Name).Order().ShouldBe(["a", "b"]));

    [Fact]
    public void Semantics_38_A_loop_that_only_waits_for_its_turn_is_healthy_for_hours() => Play(
        script => Enumerable.Range(0, 60).Aggregate(script.List("10"), (s, _) => s.Watch(TimeSpan.FromSeconds(200))),
        run => run.Services.Health.Unhealthy().ShouldBeEmpty());

    private static void Play(Func<ScriptedClient, ScriptedClient> write, Action<Performance> check, ReflectorOptions? options = null) =>
        VirtualLoop.Run(async time =>
        {
            var log = new TestServices.Log();
            var services = TestServices.Create(time, log);
            var client = write(new ScriptedClient(time));
            var store = new Store<Widget>();
            var changes = new List<string>();
            store.Subscribe(c => changes.Add($"{c.Type} {c.Key}"));
            using var stop = new CancellationTokenSource();
            var reflector = new Reflector<Widget>(client, store, options ?? new ReflectorOptions(), services);
            var running = reflector.RunAsync(stop.Token);
            await client.Over;
            check(new Performance(client, store, changes, services, log));
            await stop.CancelAsync();
            await running;
        });

    private sealed record Performance(
        ScriptedClient Client, Store<Widget> Store, List<string> Changes, RuntimeServices Services, TestServices.Log Log);
}
