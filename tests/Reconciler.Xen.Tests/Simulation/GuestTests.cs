using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

public sealed class GuestTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SimulatedHost _host;

    public GuestTests() => _host = new SimulatedHost(new SimulatedHostOptions(), _time);

    [Theory]
    [InlineData("sim.crashAfter=10s", ShutdownReason.Crash)]
    [InlineData("sim.watchdogAfter=10s", ShutdownReason.Watchdog)]
    [InlineData("sim.powerOffAfter=10s", ShutdownReason.Poweroff)]
    [InlineData("sim.rebootAfter=10s", ShutdownReason.Reboot)]
    [InlineData("sim.kexecAfter=10s", ShutdownReason.SoftReset)]
    public async Task A_guest_ends_by_itself_at_its_time(string cmdline, ShutdownReason reason)
    {
        await RunAsync(cmdline);
        Pass(9.9);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
        Pass(0.1);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.State.ShouldBe(RunState.ShutDown), d => d.ShutdownReason.ShouldBe(reason));
    }

    [Fact]
    public async Task Its_time_stands_still_while_it_is_paused()
    {
        var domain = await RunAsync("sim.crashAfter=10s");
        Pass(4);
        await _host.PauseAsync(domain, CancellationToken.None);
        var paused = (await SeeAsync()).CpuTime;
        Pass(3600);
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.State.ShouldBe(RunState.Paused), d => d.CpuTime.ShouldBe(paused));
        await _host.UnpauseAsync(domain, CancellationToken.None);
        Pass(5.9);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
        Pass(0.1);
        (await SeeAsync()).State.ShouldBe(RunState.ShutDown);
    }

    [Fact]
    public async Task A_request_is_acknowledged_in_xenstore_and_followed()
    {
        var domain = await RunAsync("sim.ackDelay=1s sim.shutdownDelay=4s");
        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        ShutdownNode(domain).ShouldBe("poweroff");
        (await SeeAsync()).ShutdownUnacknowledged.ShouldBeTrue();
        Pass(1);
        ShutdownNode(domain).ShouldBe("");
        (await SeeAsync()).ShouldSatisfyAllConditions(d => d.ShutdownUnacknowledged.ShouldBeFalse(), d => d.State.ShouldBe(RunState.Running));
        Pass(4);
        (await SeeAsync()).ShutdownReason.ShouldBe(ShutdownReason.Poweroff);
    }

    [Theory]
    [InlineData("sim.shutdown=ignore", "poweroff")]
    [InlineData("sim.shutdown=hang", "")]
    public async Task A_guest_may_not_follow(string cmdline, string node)
    {
        var domain = await RunAsync(cmdline);
        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        Pass(86400);
        ShutdownNode(domain).ShouldBe(node);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
    }

    [Fact]
    public async Task A_guest_may_offer_no_way_to_be_asked()
    {
        var domain = await RunAsync("sim.shutdown=refuse");
        var error = await Should.ThrowAsync<XenException>(() => _host.RequestShutdownAsync(domain, CancellationToken.None));
        error.Code.ShouldBe(XenErrorCode.NotSupported);
        (await SeeAsync()).Mark!.ShouldSatisfyAllConditions(m => m.ShutdownRequestedAt.ShouldNotBeNull(), m => m.ShutdownRefused.ShouldBeTrue());
    }

    [Fact]
    public async Task A_guest_may_forget_what_it_was_asked_while_it_booted()
    {
        var domain = await RunAsync("sim.shutdown=forgetInBoot sim.boot=5s sim.shutdownDelay=1s");
        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        Pass(3600);
        ShutdownNode(domain).ShouldBe("");
        var first = (await SeeAsync()).Mark!.ShutdownRequestedAt;
        (await SeeAsync()).State.ShouldBe(RunState.Running);

        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        Pass(1);
        (await SeeAsync()).ShouldSatisfyAllConditions(
            d => d.State.ShouldBe(RunState.ShutDown),
            d => d.Mark!.ShutdownRequestedAt.ShouldBe(first));
    }

    [Fact]
    public async Task A_guest_on_its_way_down_does_not_begin_anew_when_it_is_asked_again()
    {
        var domain = await RunAsync("sim.shutdownDelay=20s");
        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        Pass(15);
        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        Pass(5);
        (await SeeAsync()).State.ShouldBe(RunState.ShutDown);
    }

    [Theory]
    [InlineData(DomainType.Pv)]
    [InlineData(DomainType.Pvh)]
    public async Task A_guest_finds_the_request_when_it_is_up(DomainType type)
    {
        var domain = await RunAsync("sim.boot=5s", type);
        await _host.RequestShutdownAsync(domain, CancellationToken.None);
        Pass(4.9);
        (await SeeAsync()).State.ShouldBe(RunState.Running);
        Pass(0.1);
        (await SeeAsync()).State.ShouldBe(RunState.ShutDown);
    }

    [Fact]
    public async Task What_a_guest_does_by_itself_is_signalled_when_it_happens()
    {
        await RunAsync("sim.crashAfter=10s");
        await using var signals = _host.SignalsAsync(CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await signals.MoveNextAsync()).ShouldBeTrue();
        signals.Current.ShouldBe(HostSignal.Resync);
        var next = signals.MoveNextAsync();
        next.IsCompleted.ShouldBeFalse();
        Pass(10);
        (await next).ShouldBeTrue();
        signals.Current.ShouldBe(new HostSignal(A.Uuid));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<DomainRef> RunAsync(string cmdline, DomainType type = DomainType.Pvh)
    {
        var desired = A.Desired() with { Type = type, Boot = new DirectBoot("/boot/vmlinuz", Cmdline: cmdline) };
        var domain = new DomainRef(A.Uuid, await _host.CreatePausedAsync(desired, CancellationToken.None));
        await _host.UnpauseAsync(domain, CancellationToken.None);
        return domain;
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private string? ShutdownNode(DomainRef domain) => _host.ReadXenstore($"/local/domain/{domain.Domid}/control/shutdown");

    private async Task<ObservedDomain> SeeAsync() =>
        (await _host.ObserveAsync(A.Desired().Key, CancellationToken.None)).Domains.ShouldHaveSingleItem();
}
