using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Events;

public sealed class EventPublisherTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Semantics_31_An_event_names_its_object_by_uid_and_version() => Run(async world =>
    {
        world.Publish("Started");
        await world.SettleAsync();
        var written = world.Cluster.All<Event>().ShouldHaveSingleItem();
        written.Regarding.ShouldBe(new ObjectReference
        {
            ApiVersion = "test.reconciler.dev/v1", Kind = "Widget", Namespace = "ns", Name = "a", Uid = "uid-a", ResourceVersion = "1",
        });
        written.Metadata.Namespace.ShouldBe("ns");
        written.Metadata.Name!.ShouldStartWith("a.");
        written.EventTime!.Value.ShouldBe(world.Time.GetUtcNow(), TimeSpan.FromSeconds(1));
        (written.Type, written.Reason, written.Action, written.Note).ShouldBe(("Normal", "Started", "Start", "it happened"));
        (written.ReportingController, written.ReportingInstance).ShouldBe(("reconciler.dev/test", "node1"));
        written.Series.ShouldBeNull();
    });

    [Fact]
    public void Semantics_31_Events_of_cluster_scoped_objects_live_in_the_default_namespace() => Run(async world =>
    {
        world.Publisher.Publish(ClusterScoped("a"), EventType.Normal, "R", "A", "n");
        await world.SettleAsync();
        world.Cluster.All<Event>().ShouldHaveSingleItem().Metadata.Namespace.ShouldBe("default");
    });

    [Fact]
    public void Semantics_31_A_server_that_refuses_such_events_in_default_gets_them_in_kube_system_and_is_asked_once() => Run(async world =>
    {
        world.Cluster.Before = (call, _) => call.Contains(" default/", StringComparison.Ordinal) ? throw WrongNamespace() : Task.CompletedTask;
        world.Publisher.Publish(ClusterScoped("a"), EventType.Normal, "R", "A", "n");
        world.Publisher.Publish(ClusterScoped("b"), EventType.Normal, "R", "A", "n");
        world.Publisher.Publish(ClusterScoped("b"), EventType.Normal, "R", "A", "n");
        world.Publish("Started");
        await world.SettleAsync();
        world.Cluster.All<Event>().Select(e => (e.Regarding!.Name, e.Metadata.Namespace, e.Series?.Count)).Order()
            .ShouldBe([("a", "kube-system", null), ("a", "ns", null), ("b", "kube-system", 2)]);
        world.Calls.Count(call => call.Contains(" default/", StringComparison.Ordinal)).ShouldBe(1);
    });

    [Fact]
    public void Semantics_31_An_event_that_is_refused_for_anything_else_stays_where_it_is() => Run(async world =>
    {
        world.Cluster.Before = (_, _) => throw Invalid("reportingInstance");
        world.Publisher.Publish(ClusterScoped("a"), EventType.Normal, "R", "A", "n");
        await world.SettleAsync();
        world.Calls.ShouldHaveSingleItem().ShouldContain(" default/");
    });

    [Fact]
    public void Semantics_31_An_event_that_is_refused_in_kube_system_too_is_not_tried_again() => Run(async world =>
    {
        world.Cluster.Before = (_, _) => throw WrongNamespace();
        world.Publisher.Publish(ClusterScoped("a"), EventType.Normal, "R", "A", "n");
        await Task.Delay(10 * Minute, world.Time);
        world.Calls.Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_31_A_note_is_cut_at_1_KiB_between_characters() => Run(async world =>
    {
        world.Publisher.Publish(Widget.Named("a"), EventType.Normal, "R", "A", new string('ü', 2000));
        await world.SettleAsync();
        var note = world.Cluster.All<Event>().ShouldHaveSingleItem().Note!;
        System.Text.Encoding.UTF8.GetByteCount(note).ShouldBeInRange(1020, 1024);
        note.ShouldEndWith("ü...");
    });

    [Fact]
    public void A_burst_goes_out_at_once_and_what_is_more_than_that_at_a_steady_rate_none_of_it_lost() => Run(async world =>
    {
        PublishMany(world.Publisher, EventPace.Burst + 200);
        await world.SettleAsync();
        world.Cluster.All<Event>().Count.ShouldBeInRange(EventPace.Burst, EventPace.Burst + 1);
        await Task.Delay(100 * EventPace.Interval, world.Time);
        world.Cluster.All<Event>().Count.ShouldBeInRange(EventPace.Burst + 99, EventPace.Burst + 101);
        await Task.Delay(101 * EventPace.Interval, world.Time);
        world.Cluster.All<Event>().Count.ShouldBe(EventPace.Burst + 200);
    });

    [Fact]
    public void Semantics_32_The_second_time_makes_a_series_and_later_ones_are_counted_without_a_call() => Run(async world =>
    {
        foreach (var _ in Enumerable.Range(0, 10))
        {
            world.Publish("Failed");
            await world.SettleAsync();
        }

        world.Cluster.All<Event>().ShouldHaveSingleItem().Series!.Count.ShouldBe(2);
        world.Calls.Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_32_A_series_is_closed_with_its_count_after_six_quiet_minutes() => Run(async world =>
    {
        foreach (var _ in Enumerable.Range(0, 10))
        {
            world.Publish("Failed");
        }

        await Task.Delay(10 * Minute, world.Time);
        world.Cluster.All<Event>().ShouldHaveSingleItem().Series!.Count.ShouldBe(10);

        world.Publish("Failed");
        await world.SettleAsync();
        world.Cluster.All<Event>().Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_32_A_series_that_goes_on_is_written_every_half_hour() => Run(async world =>
    {
        for (var minute = 0; minute < 64; minute++)
        {
            world.Publish("Failed");
            await Task.Delay(Minute, world.Time);
        }

        world.Calls.Count.ShouldBe(4);
        world.Cluster.All<Event>().ShouldHaveSingleItem().Series!.Count.ShouldBeInRange(60, 64);
    });

    [Fact]
    public void Semantics_32_Different_reasons_are_different_events() => Run(async world =>
    {
        world.Publish("Failed");
        world.Publish("Started");
        await world.SettleAsync();
        world.Cluster.All<Event>().Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_32_Publishing_returns_at_once_and_drops_what_does_not_fit_while_the_server_is_away() => Run(async world =>
    {
        world.Cluster.Before = (_, _) => throw new KubernetesApiException("away", null);
        var before = world.Time.Elapsed;
        for (var n = 0; n < 5000; n++)
        {
            world.Publish($"Reason{n}");
        }

        world.Time.Elapsed.ShouldBe(before);
        world.Cluster.Before = null;
        await Task.Delay(4096 * EventPace.Interval, world.Time);
        world.Cluster.All<Event>().Count.ShouldBe(4096);
    });

    [Fact]
    public void Semantics_32_An_event_is_tried_twelve_times_and_no_more() => Run(async world =>
    {
        world.Cluster.Before = (_, _) => throw new KubernetesApiException("away", HttpStatusCode.ServiceUnavailable);
        world.Publish("Failed");
        await Task.Delay(60 * Minute, world.Time);
        world.Calls.Count.ShouldBe(12);
    });

    [Fact]
    public void An_event_that_is_refused_is_not_tried_again() => Run(async world =>
    {
        world.Cluster.Before = (_, _) => throw new KubernetesApiException("no", HttpStatusCode.Forbidden);
        world.Publish("Failed");
        await Task.Delay(10 * Minute, world.Time);
        world.Calls.Count.ShouldBe(1);
    });

    [Fact]
    public void Semantics_32_A_series_outlives_its_event() => Run(async world =>
    {
        world.Publish("Failed");
        await world.SettleAsync();
        var first = world.Cluster.All<Event>().Single();
        await world.Cluster.Client.DeleteAsync<Event>(first.Metadata.Name!, "ns", new DeleteOptions(), default);
        world.Publish("Failed");
        await world.SettleAsync();
        world.Cluster.All<Event>().ShouldHaveSingleItem().Series!.Count.ShouldBe(2);
    });

    [Fact]
    public void Semantics_37_What_was_published_before_the_end_is_flushed() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        var publisher = NewPublisher(cluster, time);
        publisher.Publish(Widget.Named("a"), EventType.Normal, "Last", "Words", "bye");
        await publisher.FlushAsync(default);
        cluster.All<Event>().ShouldHaveSingleItem().Reason.ShouldBe("Last");
    });

    [Fact]
    public void Semantics_37_The_end_does_not_wait_for_the_rate() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        var publisher = NewPublisher(cluster, time);
        using var stop = new CancellationTokenSource();
        var running = publisher.RunAsync(stop.Token);
        PublishMany(publisher, EventPace.Burst + 200);
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        await stop.CancelAsync();
        await running;

        var before = time.Elapsed;
        await publisher.FlushAsync(default);
        cluster.All<Event>().Count.ShouldBe(EventPace.Burst + 200);
        time.Elapsed.ShouldBe(before);
    });

    [Fact]
    public void Semantics_37_An_event_whose_writing_was_interrupted_by_the_stop_is_flushed() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time) { Before = (_, token) => Task.Delay(Minute, time, token) };
        var publisher = NewPublisher(cluster, time);
        using var stop = new CancellationTokenSource();
        var running = publisher.RunAsync(stop.Token);
        publisher.Publish(Widget.Named("a"), EventType.Normal, "Last", "Words", "bye");
        await Task.Delay(TimeSpan.FromSeconds(1), time);
        await stop.CancelAsync();
        await running;
        cluster.All<Event>().ShouldBeEmpty();

        cluster.Before = null;
        await publisher.FlushAsync(default);
        cluster.All<Event>().ShouldHaveSingleItem().Reason.ShouldBe("Last");
    });

    private static Widget ClusterScoped(string name)
    {
        var widget = Widget.Named(name);
        return widget with { Metadata = widget.Metadata with { Namespace = null } };
    }

    /// <summary>As API servers before 1.20.12 refuse an event of a cluster-scoped object in "default".</summary>
    private static KubernetesApiException WrongNamespace() => Invalid("involvedObject.namespace");

    private static KubernetesApiException Invalid(string field) => new(
        $"{field}: Invalid value",
        HttpStatusCode.UnprocessableEntity,
        new KubernetesStatus { Code = 422, Reason = "Invalid", Details = new StatusDetails { Causes = [new StatusCause { Reason = "FieldValueInvalid", Field = field }] } });

    private static void PublishMany(EventPublisher publisher, int count)
    {
        for (var i = 0; i < count; i++)
        {
            publisher.Publish(Widget.Named($"w{i}"), EventType.Normal, "Placed", "Place", "somewhere");
        }
    }

    private static EventPublisher NewPublisher(InMemoryCluster cluster, VirtualTime time) =>
        new(cluster.Client, "reconciler.dev/test", "node1", TestServices.Create(time));

    private static void Run(Func<World, Task> scenario) => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        var world = new World(time, cluster, NewPublisher(cluster, time));
        using var stop = new CancellationTokenSource();
        var running = world.Publisher.RunAsync(stop.Token);
        await scenario(world);
        await stop.CancelAsync();
        await running;
    });

    private sealed record World(VirtualTime Time, InMemoryCluster Cluster, EventPublisher Publisher)
    {
        public List<string> Calls => Cluster.Calls;

        public void Publish(string reason) => Publisher.Publish(Widget.Named("a"), EventType.Normal, reason, "Start", "it happened");

        /// <summary>In small steps: before each the thread pool, through which the publisher is woken up, may bring back what it has.</summary>
        public async Task SettleAsync()
        {
            for (var step = 0; step < 20; step++)
                await Task.Delay(TimeSpan.FromMilliseconds(1), Time);
        }
    }
}
