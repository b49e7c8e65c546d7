using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Testing.Crashes;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Tests.Histories;

namespace Reconciler.Xen.Tests.Crashes;

/// <summary>
/// Every step of thousands of histories is cut short in one way, and every kind of step in each way many times. The histories are the same each
/// time, so that what they cover is known. <c>RECONCILER_PROPERTY_RUNS</c> sets how many are tried.
/// </summary>
public sealed class CrashPointTests
{
    private const int HistoryLength = 14;

    /// <summary>Until then a step is cut short in every way wherever one of its kind is found.</summary>
    private const int Enough = 50;

    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("RECONCILER_PROPERTY_RUNS"), out var runs) ? runs : 2000;

    private static readonly Disaster[] Disasters = Enum.GetValues<Disaster>();

    /// <summary>What is checked each time, as the page has it.</summary>
    private static readonly string[] Checks =
    [
        "a guest that ran and is wanted is the same: its domid, and its start",
        "no guest is paused, asked to power off or destroyed without an order, none is destroyed before its grace period is over",
        "there are never two copies of a domain that are alive, nor two backends of a disk of which one writes",
        "domains and devices of somebody else are as they were",
        "all is as desired in the end, or it is said what keeps it from being so",
        "no device, no node in xenstore, no entry in the mark, no intent and no worker at work is left over",
    ];

    private static readonly Happening[] Running = [new Happening.Wants(DesiredPower.Running), new Happening.Reconciled(), new Happening.Passed(5)];

    /// <summary>What the histories begin with, so that every kind of step is found in many of them.</summary>
    private static readonly Happening[][] Beginnings =
    [
        [],
        Running,
        [.. Running, new Happening.Wants(DesiredPower.Halted), new Happening.Reconciled(), new Happening.Wants(DesiredPower.Running)],
        [.. Running, new Happening.Wants(DesiredPower.Paused), new Happening.Reconciled()],
    ];

    [Fact]
    public void Whatever_step_is_cut_short_the_next_agent_brings_it_to_its_end_and_leaves_nothing()
    {
        Dictionary<(string, Disaster), int> survived = [];
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = HistoryGen.Histories().Generator.Sample(1, new Rnd((ulong)seed), HistoryLength).Single();
            var history = random with { Happenings = [.. Beginnings[seed % Beginnings.Length], .. random.Happenings] };
            foreach (var (i, step) in Undisturbed(history).Index())
            {
                foreach (var disaster in Disasters)
                {
                    var count = survived.GetValueOrDefault((step.Name, disaster));
                    var isDue = count < Enough || (seed + i) % Disasters.Length == (int)disaster;
                    if (isDue && Survives(seed, history, new Cut(disaster, step.Name, step.Occurrence, count % (step.Parts + 1))))
                        survived[(step.Name, disaster)] = count + 1;
                }
            }
        }

        var kinds = typeof(Step).GetNestedTypes(BindingFlags.Public).Where(type => type.IsSubclassOf(typeof(Step))).Select(type => type.Name).ToArray();
        foreach (var kind in kinds)
            TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {string.Join(", ", Disasters.Select(d => $"{d} {survived.GetValueOrDefault((kind, d))}"))}");
        var record = new CrashRecord("simulated");
        foreach (var check in Checks)
            record.Checks(check);
        foreach (var (kind, disaster) in kinds.SelectMany(kind => Disasters.Select(disaster => (kind, disaster))))
        {
            survived.ShouldContainKey((kind, disaster), $"no history has a {kind} that {disaster} can happen to: let {nameof(HistoryGen)} or {nameof(Beginnings)} lead to it");
            record.Survived(kind, WordsOf(disaster));
        }
        record.ShouldBeTheFile();
    }

    private static IReadOnlyList<StepSeen> Undisturbed(History history)
    {
        using var world = new World(history);
        foreach (var happening in history.Happenings)
            world.Happen(happening);
        world.Settle();
        return world.Trail.Steps;
    }

    /// <returns>Whether there was such a step.</returns>
    private static bool Survives(int seed, History history, Cut cut)
    {
        var trail = new Trail(cut);
        using var world = new World(history, trail);
        (int, DateTimeOffset?)? kept = null;
        trail.Cutting = () => kept = world.Running is { } guest ? (guest.Domid, guest.Mark?.StartedAt) : null;
        try
        {
            foreach (var happening in history.Happenings.TakeWhile(_ => !trail.IsCut))
                world.Happen(happening);
            var plan = world.Settle();
            if (!trail.IsCut)
                return false;
            Settled.Check(world, plan);
            if (kept is { } guest)
                world.Ours.Select(d => (d.Domid, d.Mark?.StartedAt)).ShouldContain(guest, "the guest that ran is not there any more");
            world.Leftovers.ShouldBeEmpty();
        }
        catch (Exception e) when (e is ShouldAssertException or InvalidOperationException)
        {
            throw new InvalidOperationException($"Seed {seed}, {cut}: {e.Message}\n    {history}\n    {world.Log}", e);
        }
        return true;
    }

    /// <summary>A column of the page.</summary>
    private static string WordsOf(Disaster disaster) => disaster switch
    {
        Disaster.AgentBefore => CrashColumns.AgentBefore,
        Disaster.AgentAfter => CrashColumns.AgentAfter,
        Disaster.AgentAndWorker => CrashColumns.AgentAndWorker,
        Disaster.AgentAlone => CrashColumns.Pod,
        Disaster.Worker => CrashColumns.Worker,
        Disaster.Xenstored => CrashColumns.Xenstored,
        _ => CrashColumns.DiskFull,
    };
}
