using System.Diagnostics;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>Processes that compete on a real API server, and what each of them wrote there as a leader (WriteLog of the candidate).</summary>
[Trait("Category", "Lab")]
[Collection(nameof(OneRealServer))]
public sealed class LeaderElectionTests(RealServer server) : IAsyncLifetime
{
    /// <summary>Short, so that a lease runs out within a test; the ratios are those of the defaults.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    private readonly List<CandidateProcess> _candidates = [];
    private string _namespace = null!;
    private WriteHistory _history = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        _history = await WriteHistory.BeginAsync(server.Client, _namespace, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _candidates.ForEach(candidate => candidate.Dispose());
        await _history.DisposeAsync();
    }

    [Fact]
    public async Task Semantics_36_A_leader_that_is_told_to_stop_hands_over_by_the_watch_of_the_lease_within_two_seconds()
    {
        // A candidate tries of itself every 80 to 176 s: that it comes sooner can only be by the watch, which tells it that the lease is free.
        var lease = TimeSpan.FromMinutes(10);
        await server.Client.CreateAsync(
            new Lease { Metadata = new ObjectMeta { Name = "leader", Namespace = _namespace }, Spec = new LeaseSpec { LeaseDurationSeconds = 1 } }, Cancel);
        var a = Start("a", lease);
        await _history.UntilWrittenByAsync("a", Cancel);
        var (b, c) = (Start("b", lease), Start("c", lease));
        await HoldersAsync(3);

        var asked = Stopwatch.GetTimestamp();
        await a.SignalAsync("TERM", Cancel);
        var successor = await _history.UntilWrittenByAnotherAsync("a", Cancel);
        var first = Stopwatch.GetElapsedTime(asked);
        (await a.EndAsync(Cancel)).ShouldBe(0, a.Log);
        successor.ShouldBeOneOf("b", "c");

        var (second, third) = successor == "b" ? (b, "c") : (c, "b");
        asked = Stopwatch.GetTimestamp();
        await second.SignalAsync("TERM", Cancel);
        await _history.UntilWrittenByAsync(third, Cancel);
        var again = Stopwatch.GetElapsedTime(asked);

        new[] { first, again }.ShouldAllBe(handOver => handOver < TimeSpan.FromSeconds(60));

        // How fast it is is said of the faster one: the machine may have had others to serve.
        (first < again ? first : again).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        ShouldHaveBeenOneAtATime("a", successor, third);
    }

    [Fact]
    public async Task Semantics_34_35_A_leader_that_stood_still_ends_when_it_wakes_and_writes_nothing_after_its_successor()
    {
        var a = Start("a", Short);
        await _history.UntilWrittenByAsync("a", Cancel);
        Start("b", Short);
        Start("c", Short);
        await HoldersAsync(3);

        await a.SignalAsync("STOP", Cancel);
        var successor = await _history.UntilWrittenByAnotherAsync("a", Cancel);
        await a.SignalAsync("CONT", Cancel);
        (await a.EndAsync(Cancel)).ShouldBe(75, a.Log);
        await _history.UntilWrittenByAsync(successor, Cancel);
        ShouldHaveBeenOneAtATime("a", successor);
    }

    [Fact]
    public async Task Semantics_35_A_leader_that_is_cut_off_ends_by_itself_before_another_writes()
    {
        await using var proxy = new FaultProxy(server.Lab.Url.Host, server.Lab.Url.Port);
        var behindProxy = await server.Lab.Kubectl.RunAsync(Cancel, "config", "view", "--raw", "--flatten");
        var kubeconfig = Path.Combine(server.Lab.Folder, $"{_namespace}.kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, behindProxy.Replace($":{server.Lab.Url.Port}", $":{proxy.Port}"), Cancel);
        var a = Start("a", 2 * Short, kubeconfig: kubeconfig);
        await _history.UntilWrittenByAsync("a", Cancel);
        Start("b", 2 * Short);
        await HoldersAsync(2);

        proxy.GoSilent();
        (await a.EndAsync(Cancel)).ShouldBe(75, a.Log);
        _history.Writers[^1].ShouldBe("a");
        await _history.UntilWrittenByAnotherAsync("a", Cancel);

        // What was on its way when the cable was pulled arrives now.
        proxy.Speak();
        await _history.UntilWrittenByAsync("b", Cancel);
        ShouldHaveBeenOneAtATime("a", "b");
    }

    [Fact]
    public async Task Semantics_34_Candidates_whose_clocks_are_an_hour_off_wait_for_the_lease_to_run_out()
    {
        var a = Start("a", Short);
        await _history.UntilWrittenByAsync("a", Cancel);
        Start("early", Short, TimeSpan.FromHours(-1));
        Start("late", Short, TimeSpan.FromHours(1));
        await HoldersAsync(3);
        await Task.Delay(2 * Short, Cancel);
        _history.Writers.ShouldBe(["a"]);

        var died = Stopwatch.GetTimestamp();
        a.Kill();
        var successor = await _history.UntilWrittenByAnotherAsync("a", Cancel);

        // The last renewal was at most a retry period before.
        Stopwatch.GetElapsedTime(died).ShouldBeGreaterThan(Short * (12 / 15.0));
        ShouldHaveBeenOneAtATime("a", successor);
    }

    [Fact]
    public async Task Semantics_33_A_lease_that_is_deleted_again_and_again_makes_no_second_leader()
    {
        var candidates = new[] { Start("a", Short), Start("b", Short), Start("c", Short) };
        for (var i = 0; i < 5; i++)
        {
            await _history.UntilMoreAsync(20, Cancel);
            await server.Lab.Kubectl.RunAsync(Cancel, "delete", "lease", "leader", "-n", _namespace, "--ignore-not-found");
        }

        await _history.UntilMoreAsync(20, Cancel);
        _history.Writers.ShouldBeUnique(string.Join('\n', candidates.Select(c => c.Log)));
    }

    private CandidateProcess Start(string identity, TimeSpan lease, TimeSpan clockOffset = default, string? kubeconfig = null)
    {
        var candidate = CandidateProcess.Start(kubeconfig ?? server.Lab.KubeconfigFile, _namespace, identity, lease, clockOffset);
        _candidates.Add(candidate);
        return candidate;
    }

    /// <summary>Until so many processes compete, so that what follows finds somebody waiting.</summary>
    private async Task HoldersAsync(int count)
    {
        while (_candidates.Count(c => c.Log.Contains("competes for the lease")) < count)
        {
            await Task.Delay(50, Cancel);
        }
    }

    /// <summary>Who has written up to now, run by run: each writer once, in this order.</summary>
    private void ShouldHaveBeenOneAtATime(params string[] writers) =>
        _history.Writers.ShouldBe(writers, string.Join('\n', _candidates.Select(c => c.Log)));
}
