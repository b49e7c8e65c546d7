using Reconciler.Testing;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

public sealed class LifeTests
{
    [Fact]
    public async Task A_domain_is_created_runs_is_asked_to_power_off_and_is_gone()
    {
        var time = new VirtualTime();
        await using var host = new SimulatedHost(new SimulatedHostOptions { Guest = new() { ShutdownDelay = TimeSpan.FromSeconds(3) } }, time);
        var executor = new Executor(host, time);
        var desired = A.Desired();

        (await Reconcile(desired)).ShouldBe(["CreatePaused", "Unpause"]);
        (await Reconcile(desired)).ShouldBeEmpty();
        (await Reconcile(null)).ShouldBe(["RequestShutdown"]);
        (await Reconcile(null)).ShouldBeEmpty();
        time.Advance(TimeSpan.FromSeconds(3));
        (await Reconcile(null)).ShouldBe(["Destroy"]);
        (await host.ObserveAllAsync(CancellationToken.None)).ShouldBeEmpty();

        async Task<string[]> Reconcile(DesiredDomain? wish)
        {
            var observed = await host.ObserveAsync(desired.Key, CancellationToken.None);
            var plan = Planner.Plan(wish, observed, A.Policy, null, time.GetUtcNow());
            var result = await executor.ExecuteAsync(desired.Key, plan, CancellationToken.None);
            result.Completed.ShouldBeTrue();
            return [.. result.Done.Select(s => s.Name)];
        }
    }
}
