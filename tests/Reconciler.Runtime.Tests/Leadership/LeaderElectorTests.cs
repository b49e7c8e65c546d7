using System.Net;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Leadership;

/// <summary>Candidates that share one in-memory Lease.</summary>
public sealed class LeaderElectorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Semantics_33_Of_two_candidates_one_leads_and_the_other_waits() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time);
        await Task.Delay(5 * TimeSpan.FromMinutes(1), time);
        a.Leads.ShouldBeTrue();
        b.Leads.ShouldBeFalse();
        var lease = cluster.Find<Lease>("test")!.Spec!;
        (lease.HolderIdentity, lease.LeaseDurationSeconds, lease.LeaseTransitions).ShouldBe(("a", 15, 0));
    });

    [Fact]
    public void Semantics_36_A_leader_that_releases_is_followed_at_once() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time);
        await Task.Delay(20 * Second, time);
        await a.StopAsync(release: true);
        await Task.Delay(0.1 * Second, time);
        b.Leads.ShouldBeTrue();
        cluster.Find<Lease>("test")!.Spec!.LeaseTransitions.ShouldBe(1);
    });

    [Fact]
    public void Semantics_34_A_leader_that_vanishes_is_followed_after_the_lease_has_run_out_and_not_before() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time);
        await Task.Delay(20 * Second, time);
        await a.StopAsync(release: false);
        await Task.Delay(12 * Second, time);
        b.Leads.ShouldBeFalse();
        await Task.Delay(12 * Second, time);
        b.Leads.ShouldBeTrue();
    });

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void Semantics_34_Clocks_that_differ_by_an_hour_neither_steal_nor_strand_the_lease(int skew) => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time.WithWallClockOff(TimeSpan.FromSeconds(skew)));
        await Task.Delay(120 * Second, time);
        (a.Leads, b.Leads).ShouldBe((true, false));
        await a.StopAsync(release: false);
        await Task.Delay(24 * Second, time);
        b.Leads.ShouldBeTrue();
    });

    [Fact]
    public void Semantics_35_A_leader_that_is_cut_off_knows_it_before_another_leads() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time);
        await Task.Delay(20 * Second, time);

        // Requests of a hang, as they do in a network that drops packets.
        var cutAt = time.Elapsed;
        a.Cut = true;
        await a.Lost;
        var lostAt = time.Elapsed;
        b.Leads.ShouldBeFalse();
        (lostAt - cutAt).ShouldBeInRange(7 * Second, 10.1 * Second);
        await b.Won;
        (time.Elapsed - lostAt).ShouldBeGreaterThan(2 * Second);
        a.Leads.ShouldBeFalse();
    });

    [Fact]
    public void Semantics_35_A_short_outage_costs_nothing() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time);
        await Task.Delay(20 * Second, time);
        cluster.Before = (_, _) => throw new KubernetesApiException("away", null);
        await Task.Delay(6 * Second, time);
        cluster.Before = null;
        await Task.Delay(60 * Second, time);
        (a.Leads, b.Leads).ShouldBe((true, false));
        a.Lost.IsCompleted.ShouldBeFalse();
    });

    [Fact]
    public void Semantics_35_A_renewal_that_has_no_answer_is_given_up_in_time_for_another() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        await Task.Delay(20 * Second, time);
        var swallowed = 0;
        cluster.Before = (_, token) => swallowed++ == 0 ? Task.Delay(Timeout.InfiniteTimeSpan, token) : Task.CompletedTask;
        await Task.Delay(60 * Second, time);
        swallowed.ShouldBeGreaterThan(1);
        a.Leads.ShouldBeTrue();
        a.Lost.IsCompleted.ShouldBeFalse();
    });

    [Fact]
    public void Semantics_36_Without_the_right_to_watch_a_released_lease_is_found_at_the_next_try() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time)
        {
            Before = (call, _) => call.StartsWith("watch") ? throw new KubernetesApiException("no", HttpStatusCode.Forbidden) : Task.CompletedTask,
        };
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time);
        await Task.Delay(20 * Second, time);
        await a.StopAsync(release: true);
        await Task.Delay(4.5 * Second, time);
        b.Leads.ShouldBeTrue();
    });

    [Fact]
    public void Semantics_33_A_lease_that_was_deleted_under_a_leader_makes_no_second_one() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        using var b = new Candidate("b", cluster, time, seed: 2);
        await Task.Delay(20 * Second, time);
        for (var i = 0; i < 20; i++)
        {
            await cluster.Client.DeleteAsync<Lease>("test", "ns", new DeleteOptions(), default);
            for (var n = 0; n < 170; n++)
            {
                (a.Leads && b.Leads).ShouldBeFalse();
                await Task.Delay(0.1 * Second, time);
            }

            // Whoever made the lease anew is the one, and after a while leads.
            (a.Leads || b.Leads).ShouldBeTrue();
        }
    });

    [Fact]
    public void Semantics_34_A_process_that_stood_still_knows_when_it_wakes_that_its_time_is_over() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        var services = TestServices.Create(time);
        var elector = new LeaderElector(cluster.Client, new LeaderElectionOptions { Namespace = "ns", Name = "test", Identity = "a" }, services);
        await elector.AcquireAsync(default);
        elector.IsLeader.ShouldBeTrue();

        // Nothing of it has run since: no renewal failed, and none was tried.
        await Task.Delay(10 * Second, time);
        elector.IsLeader.ShouldBeFalse();
    });

    [Fact]
    public void Semantics_35_After_an_outage_of_the_server_exactly_one_leads() => VirtualLoop.Run(async time =>
    {
        // dotnet-operator-sdk issue 784: none or both.
        var cluster = new InMemoryCluster(time);
        var candidates = new List<Candidate> { new("a", cluster, time), new("b", cluster, time), new("c", cluster, time) };
        await Task.Delay(20 * Second, time);
        cluster.Before = (_, _) => throw new KubernetesApiException("away", HttpStatusCode.ServiceUnavailable);
        await Task.Delay(5 * TimeSpan.FromMinutes(1), time);
        candidates.ShouldAllBe(c => !c.Leads);
        cluster.Before = null;
        await Task.Delay(30 * Second, time);
        candidates.Count(c => c.Leads).ShouldBe(1);
        candidates.ForEach(c => c.Dispose());
    });

    [Fact]
    public void Semantics_35_A_leader_whose_lease_another_has_taken_stops_at_its_next_renewal() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        using var a = new Candidate("a", cluster, time);
        await Task.Delay(20 * Second, time);
        cluster.Edit<Lease>("test", json => json["spec"]!["holderIdentity"] = "thief");
        await a.Lost;
        a.Leads.ShouldBeFalse();
        cluster.Find<Lease>("test")!.Spec!.HolderIdentity.ShouldBe("thief");
    });

    [Fact]
    public void Semantics_33_Candidates_that_arrive_together_race_for_one_lease_and_one_wins() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time) { Before = (_, token) => Task.Delay(20 * Second / 1000, time, token) };
        var candidates = Enumerable.Range(0, 8).Select(n => new Candidate($"c{n}", cluster, time, seed: n)).ToList();
        await Task.Delay(60 * Second, time);
        candidates.Count(c => c.Leads).ShouldBe(1);
        candidates.ForEach(c => c.Dispose());
    });

    [Fact]
    public void Semantics_33_Who_competes_is_by_default_the_host_and_something_random_at_the_paces_of_client_go()
    {
        LeaderElectionOptions Default() => new() { Namespace = "ns", Name = "test" };
        var (one, other) = (Default(), Default());
        one.Identity.ShouldMatch($"^{Regex.Escape(Environment.MachineName)}_[0-9a-f]{{32}}$");
        other.Identity.ShouldNotBe(one.Identity);
        (one.LeaseDuration, one.RenewDeadline, one.RetryPeriod).ShouldBe((15 * Second, 10 * Second, 2 * Second));
    }

    [Fact]
    public void Semantics_33_Tries_come_after_the_retry_period_and_up_to_one_and_a_fifth_of_it_more() => VirtualLoop.Run(async time =>
    {
        var cluster = new InMemoryCluster(time);
        var held = new LeaseSpec { HolderIdentity = "somebody", LeaseDurationSeconds = 3 * 3600 };
        await cluster.Client.CreateAsync(new Lease { Metadata = new() { Namespace = "ns", Name = "test" }, Spec = held }, default);
        var tries = new List<double>();
        cluster.Before = (call, _) =>
        {
            if (call.StartsWith("get leases"))
            {
                tries.Add(time.Elapsed.TotalSeconds);
            }

            return Task.CompletedTask;
        };
        using var a = new Candidate("a", cluster, time);
        await Task.Delay(2 * TimeSpan.FromHours(1), time);
        var pauses = tries.Zip(tries.Skip(1), (earlier, later) => later - earlier).ToList();
        pauses.Count.ShouldBeGreaterThan(1000);
        pauses.ShouldAllBe(pause => pause > 1.99 && pause < 4.41);
        pauses.Min().ShouldBeLessThan(2.05);
        pauses.Max().ShouldBeGreaterThan(4.35);
    });

    [Fact]
    public void Times_that_could_make_two_leaders_are_refused()
    {
        var services = TestServices.Create(new VirtualTime());
        var options = new LeaderElectionOptions { Namespace = "ns", Name = "test", RenewDeadline = 15 * Second };
        Should.Throw<ArgumentException>(() => new LeaderElector(new InMemoryCluster(services.Time).Client, options, services));
    }

    private sealed class Candidate : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource _won = new();
        private readonly TaskCompletionSource _lost = new();
        private readonly LeaderElector _elector;
        private readonly Task _running;

        public Candidate(string identity, InMemoryCluster cluster, TimeProvider time, int seed = 1)
        {
            var client = new CuttableClient(cluster.Client, () => Cut);
            var options = new LeaderElectionOptions { Namespace = "ns", Name = "test", Identity = identity };
            _elector = new LeaderElector(client, options, TestServices.Create(time, seed: seed));
            _running = RunAsync();
        }

        public bool Cut { get; set; }

        public bool Leads => _elector.IsLeader;

        public Task Won => _won.Task;

        public Task Lost => _lost.Task;

        public async Task StopAsync(bool release)
        {
            await _stop.CancelAsync();
            await _running;
            if (release)
            {
                await _elector.ReleaseAsync(CancellationToken.None);
            }
        }

        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    await _elector.AcquireAsync(_stop.Token);
                    _won.TrySetResult();
                    if (!await _elector.HoldAsync(_stop.Token))
                    {
                        return;
                    }

                    _lost.TrySetResult();
                }
            }
            catch (OperationCanceledException)
            {
                // Stopped while it competed.
            }
        }
    }

    private sealed class CuttableClient(IKubernetesClient inner, Func<bool> isCut) : IKubernetesClient
    {
        public async Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await PassAsync(cancellationToken);
            return await inner.GetAsync<T>(name, @namespace, cancellationToken);
        }

        public async Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await PassAsync(cancellationToken);
            return await inner.CreateAsync(entity, cancellationToken);
        }

        public async Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await PassAsync(cancellationToken);
            return await inner.PatchAsync<T>(name, @namespace, patch, cancellationToken);
        }

        public Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            await PassAsync(cancellationToken);
            await foreach (var frame in inner.WatchAsync<T>(options, cancellationToken))
            {
                await PassAsync(cancellationToken);
                yield return frame;
            }
        }

        public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        private Task PassAsync(CancellationToken cancellationToken) =>
            isCut() ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken) : Task.CompletedTask;
    }
}
