using FsCheck;
using FsCheck.Fluent;
using Reconciler.Runtime.Queueing;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Queueing;

/// <summary>What the queue guarantees, for any sequence of adds, any number of workers and any duration of their work.</summary>
public sealed class EntityQueueProperties
{
    private enum AddKind
    {
        High,
        Low,
        After,
        RateLimited,
    }

    [Fact]
    public void Semantics_14_No_key_is_with_two_workers_at_once() => Holds(history =>
    {
        foreach (var runs in history.Runs.GroupBy(r => r.Key))
        {
            var ordered = runs.OrderBy(r => r.Started).ToList();
            foreach (var (run, next) in ordered.Zip(ordered.Skip(1)))
            {
                next.Started.ShouldBeGreaterThan(run.Ended);
            }
        }
    });

    [Fact]
    public void Semantics_14_After_every_add_a_run_of_that_key_begins() => Holds(history =>
    {
        foreach (var add in history.Adds)
        {
            history.Runs.ShouldContain(r => r.Key == add.Key && r.Started > add.Sequence);
        }
    });

    [Fact]
    public void Semantics_14_Adds_while_a_key_runs_make_exactly_one_run_more() => Holds(history =>
    {
        // No run without an add of its own since the one before began; with the property above: exactly one.
        foreach (var (add, previous, run) in AddsOfEachRun(history))
        {
            add.ShouldNotBeEmpty($"{run} after {previous} was called for by nobody");
        }
    });

    [Fact]
    public void Semantics_15_A_key_that_was_only_delayed_runs_at_the_earliest_time_asked_and_not_before() => Holds(
        history =>
        {
            foreach (var (adds, previous, run) in AddsOfEachRun(history))
            {
                if (adds.All(a => a.Kind == AddKind.After))
                {
                    var due = adds.Min(a => a.At + a.Delay);
                    var earliest = previous is null || previous.EndedAt < due ? due : previous.EndedAt;
                    run.StartedAt.ShouldBe(earliest, TimeSpan.FromMilliseconds(1));
                }
            }
        },
        workers: 8);

    [Fact]
    public void Semantics_15_An_immediate_add_is_never_kept_waiting_while_a_worker_is_free() => Holds(
        history =>
        {
            foreach (var (adds, previous, run) in AddsOfEachRun(history))
            {
                if (adds.FirstOrDefault(a => a.Kind is AddKind.High or AddKind.Low) is { } asked)
                {
                    var earliest = previous is null || previous.EndedAt < asked.At ? asked.At : previous.EndedAt;
                    run.StartedAt.ShouldBeLessThanOrEqualTo(earliest);
                }
            }
        },
        workers: 8);

    private static IEnumerable<(List<AddEvent> Adds, Run? Previous, Run Run)> AddsOfEachRun(History history)
    {
        foreach (var runs in history.Runs.GroupBy(r => r.Key))
        {
            Run? previous = null;
            foreach (var run in runs.OrderBy(r => r.Started))
            {
                var since = previous?.Started ?? -1;
                yield return ([.. history.Adds.Where(a => a.Key == run.Key && a.Sequence > since && a.Sequence < run.Started)], previous, run);
                previous = run;
            }
        }
    }

    private static void Holds(Action<History> law, int? workers = null)
    {
        var step =
            from kind in Gen.Elements(Enum.GetValues<AddKind>())
            from key in Gen.Choose(0, 3)
            from delay in Gen.Choose(1, 40)
            from pause in Gen.Choose(0, 15)
            select new Step(kind, key, TimeSpan.FromMilliseconds(delay), TimeSpan.FromMilliseconds(pause));
        var plan =
            from steps in step.ListOf()
            from count in Gen.Choose(1, 4)
            from work in Gen.Choose(0, 20).ListOf(7)
            select new Plan([.. steps], workers ?? count, [.. work.Select(w => TimeSpan.FromMilliseconds(w))]);
        Prop.ForAll(Arb.From(plan), p =>
        {
            var history = Play(p);
            law(history);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static History Play(Plan plan)
    {
        var history = new History([], []);
        var sequence = 0;
        VirtualLoop.Run(async time =>
        {
            using var queue = new EntityQueue<int>("property", TestServices.Create(time));
            var workers = Enumerable.Range(0, plan.Workers).Select(_ => WorkAsync()).ToList();
            foreach (var step in plan.Steps)
            {
                await Task.Delay(step.Pause, time);
                await WorkersHaveNoticedAsync();
                history.Adds.Add(new AddEvent(sequence++, step.Key, step.Kind, time.Elapsed, step.Delay));
                switch (step.Kind)
                {
                    case AddKind.High:
                        queue.Add(step.Key);
                        break;
                    case AddKind.Low:
                        queue.Add(step.Key, QueuePriority.Low);
                        break;
                    case AddKind.After:
                        queue.AddAfter(step.Key, step.Delay);
                        break;
                    default:
                        queue.AddRateLimited(step.Key);
                        break;
                }

                await WorkersHaveNoticedAsync();
            }

            await Task.Delay(TimeSpan.FromHours(1), time);
            queue.Count.ShouldBe(0);
            queue.ShutDown();
            await Task.WhenAll(workers);

            // A key is given at one moment and its worker begins at the next; the history knows only the worker's.
            static async Task WorkersHaveNoticedAsync()
            {
                for (var turn = 0; turn < 8; turn++)
                {
                    await Task.Yield();
                }
            }

            async Task WorkAsync()
            {
                while (await queue.TakeAsync(CancellationToken.None) is { } item)
                {
                    var started = sequence++;
                    var startedAt = time.Elapsed;
                    await Task.Delay(plan.Work[started % plan.Work.Count], time);
                    history.Runs.Add(new Run(item.Key, started, sequence++, startedAt, time.Elapsed));
                    queue.Done(item.Key);
                }
            }
        });
        return history;
    }

    private sealed record Step(AddKind Kind, int Key, TimeSpan Delay, TimeSpan Pause);

    private sealed record Plan(IReadOnlyList<Step> Steps, int Workers, IReadOnlyList<TimeSpan> Work);

    private sealed record AddEvent(int Sequence, int Key, AddKind Kind, TimeSpan At, TimeSpan Delay);

    private sealed record Run(int Key, int Started, int Ended, TimeSpan StartedAt, TimeSpan EndedAt);

    private sealed record History(List<AddEvent> Adds, List<Run> Runs);
}
