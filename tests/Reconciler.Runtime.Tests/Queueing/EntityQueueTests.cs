using Reconciler.Runtime.Queueing;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Queueing;

public sealed class EntityQueueTests : IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly EntityQueue<string> _queue;

    public EntityQueueTests() => _queue = new EntityQueue<string>("test", TestServices.Create(_time));

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Semantics_14_A_key_added_often_runs_once()
    {
        _queue.Add("a");
        _queue.Add("a");
        Take().ShouldBe("a");
        _queue.Done("a");
        Take().ShouldBeNull();
    }

    [Fact]
    public void Semantics_14_A_key_added_while_it_runs_waits_and_then_runs_exactly_once_more()
    {
        _queue.Add("a");
        Take().ShouldBe("a");
        _queue.Add("a");
        _queue.Add("a");
        Take().ShouldBeNull();
        _queue.Done("a");
        Take().ShouldBe("a");
        _queue.Done("a");
        Take().ShouldBeNull();
    }

    [Fact]
    public void Semantics_14_A_key_that_waits_for_its_turn_does_not_hold_up_others()
    {
        _queue.Add("a");
        Take();
        _queue.Add("a");
        _queue.Add("b");
        Take().ShouldBe("b");
    }

    [Fact]
    public void Semantics_15_Of_several_delayed_adds_the_earliest_counts()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(3));
        _queue.AddAfter("a", TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Take().ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Take().ShouldBe("a");
        _queue.Done("a");
        _time.Advance(TimeSpan.FromHours(1));
        Take().ShouldBeNull();
    }

    [Fact]
    public void Semantics_15_An_immediate_add_beats_a_delayed_one()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.Add("a");
        Take().ShouldBe("a");
        _queue.Done("a");
        _time.Advance(TimeSpan.FromHours(1));
        Take().ShouldBeNull();
    }

    [Fact]
    public void Semantics_15_19_A_delayed_add_promotes_a_key_that_still_waits_in_the_low_lane()
    {
        _queue.Add("a", QueuePriority.Low);
        _queue.AddAfter("a", TimeSpan.FromSeconds(1), QueuePriority.High);
        _queue.Add("b", QueuePriority.Low);
        _queue.Add("c", QueuePriority.High);
        _time.Advance(TimeSpan.FromSeconds(1));
        new[] { Take(), Take(), Take(), Take() }.ShouldBe(["c", "a", "b", null]);
        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Semantics_15_Success_makes_the_next_failure_the_first()
    {
        foreach (var _ in Enumerable.Range(0, 12))
        {
            _queue.AddRateLimited("a");
        }

        _queue.Failures("a").ShouldBe(12);
        _queue.Forget("a");
        _queue.Failures("a").ShouldBe(0);
    }

    [Fact]
    public void Semantics_16_Failures_of_one_key_space_out_to_five_minutes_and_never_end()
    {
        var waits = new List<double>();
        foreach (var _ in Enumerable.Range(0, 60))
        {
            _queue.AddRateLimited("a");
            var before = _time.Elapsed;
            _time.AdvanceToNextTimer();
            Take().ShouldBe("a");
            waits.Add((_time.Elapsed - before).TotalSeconds);
            _queue.Done("a");
        }

        waits[0].ShouldBeInRange(0.002, 0.006);
        waits[10].ShouldBeInRange(0.005 * 1024 / 2, (0.005 * 1024) + 0.001);
        waits.Skip(20).ShouldAllBe(w => w >= 150 && w <= 300.001);
        waits.Skip(20).Distinct().Count().ShouldBeGreaterThan(20);
    }

    [Fact]
    public void Semantics_16_All_keys_together_retry_ten_times_a_second_after_the_first_hundred()
    {
        foreach (var n in Enumerable.Range(0, 200))
        {
            _queue.AddRateLimited($"k{n}");
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _queue.Count.ShouldBeInRange(105, 112);
        _time.Advance(TimeSpan.FromSeconds(9.1));
        _queue.Count.ShouldBe(200);
    }

    [Fact]
    public void Semantics_19_News_go_before_what_was_known()
    {
        _queue.Add("old", QueuePriority.Low);
        _queue.Add("new");
        Take().ShouldBe("new");
        Take().ShouldBe("old");
    }

    [Fact]
    public void Semantics_19_The_low_lane_moves_even_when_the_high_lane_never_empties()
    {
        _queue.Add("patient", QueuePriority.Low);
        var before = 0;
        for (string? key = null; key != "patient"; before++)
        {
            before.ShouldBeLessThan(20);
            _queue.Add($"n{before}");
            key = Take();
        }
    }

    [Fact]
    public async Task A_waiting_worker_gets_the_next_key()
    {
        var taking = _queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        taking.IsCompleted.ShouldBeFalse();
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        (await taking)!.Value.Key.ShouldBe("a");
    }

    [Fact]
    public async Task A_worker_that_has_left_takes_no_key_with_it()
    {
        using var leaving = new CancellationTokenSource();
        var left = _queue.TakeAsync(leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        _queue.Add("a");
        Take().ShouldBe("a");
    }

    [Fact]
    public async Task Shutting_down_frees_waiting_workers_and_takes_nothing_in()
    {
        var taking = _queue.TakeAsync(TestContext.Current.CancellationToken).AsTask();
        _queue.ShutDown();
        (await taking).ShouldBeNull();
        _queue.Add("a");
        _queue.AddAfter("a", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Done_for_a_key_that_nobody_works_on_is_a_bug_that_shows() =>
        Should.Throw<InvalidOperationException>(() => _queue.Done("a"));

    private string? Take()
    {
        using var now = new CancellationTokenSource();
        var taking = _queue.TakeAsync(now.Token);
        if (taking.IsCompletedSuccessfully)
        {
            return taking.Result?.Key;
        }

        now.Cancel();
        return null;
    }
}
