using Reconciler.Agent.HostLife;
using Reconciler.Agent.HostLife.Starting;
using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.HostLife.Stopping;
using Reconciler.Agent.Tests.Devices;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.HostLife;

/// <summary>The agent while its host stops, and after it has started.</summary>
public sealed class AgentBesideTests
{
    [Fact]
    public void An_agent_starts_nothing_while_its_host_stops_and_goes_on_when_it_does_not_after_all() => Run(async (rig, paths) =>
    {
        await rig.StartAsync();
        await RunningAsync(rig, "db", order: 0);
        await RunningAsync(rig, "web", order: 1);
        var created = 0;
        using var stop = new HostStop(rig.Host, KeptDomains.Open(paths.Kept), new HostStopMark(paths.StopMark), rig.Time, static _ => { });
        var stopping = stop.RunAsync(TimeSpan.FromMinutes(5), CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(2), rig.Time);
        rig.Host.Faults.Passing = point => created += point.Operation == HostOperation.CreatePaused ? 1 : 0;
        await rig.DomainAsync("late");

        (await stopping).Succeeded.ShouldBeTrue();

        await Task.Delay(TimeSpan.FromMinutes(5), rig.Time);
        created.ShouldBe(0);
        foreach (var name in (string[])["db", "web", "late"]) ReasonOf(await rig.GetAsync<Domain>(name)).ShouldBe(ReadyCondition.HostStopping);
        (await rig.GetAsync<Domain>("web"))!.Status!.PowerState.ShouldBe("Halted");
        (await HostReadyAsync(rig))!.Reason.ShouldBe(HostReadyCondition.HostStopping);

        new HostStopMark(paths.StopMark).Remove();

        foreach (var name in (string[])["db", "web", "late"]) await rig.UntilDomainAsync(name, d => ReasonOf(d) == ReadyCondition.Running);
        await rig.UntilAsync(async () => (await HostReadyAsync(rig))?.Status == ConditionStatus.True, () => Task.FromResult("host not ready"));
    });

    [Fact]
    public void A_start_that_the_agent_had_in_hand_when_the_host_began_to_stop_is_shut_down_too() => Run(async (rig, paths) =>
    {
        await rig.StartAsync();
        await rig.UntilAsync(async () => await HostReadyAsync(rig) is not null, () => Task.FromResult("no XenHost"));
        HostStop? stop = null;
        Task<HostStopResult>? stopping = null;
        var loop = TaskScheduler.FromCurrentSynchronizationContext();
        rig.Host.Faults.Passing = point =>
        {
            if (point.Operation != HostOperation.CreatePaused || stop is not null) return;
            stop = new HostStop(rig.Host, KeptDomains.Open(paths.Kept), new HostStopMark(paths.StopMark), rig.Time, static _ => { });
            stopping = Task.Factory.StartNew(() => stop.RunAsync(TimeSpan.FromMinutes(5), CancellationToken.None), CancellationToken.None, TaskCreationOptions.None, loop).Unwrap();
        };
        await rig.DomainAsync("web");
        await rig.UntilAsync(() => Task.FromResult(stopping is not null), () => Task.FromResult("no create"));

        (await stopping!).Succeeded.ShouldBeTrue();

        stop!.Dispose();
        await Task.Delay(TimeSpan.FromMinutes(1), rig.Time);
        (await rig.SeenAsync()).ShouldBeNull();
    });

    [Fact]
    public void After_a_boot_the_agent_starts_what_was_here_in_order_with_delays_and_nothing_else_waits() => Run(async (rig, _) =>
    {
        await rig.StartAsync();
        await RunningAsync(rig, "web", order: 2);
        await RunningAsync(rig, "app", order: 1);
        await RunningAsync(rig, "db", order: 0, delay: 30);
        await RunningAsync(rig, "spare", order: 0, start: HostStartAction.Ignore);
        await rig.StopAsync();
        rig.Host.ByHand.Reboot();
        Dictionary<string, DateTimeOffset> started = [];
        rig.Host.Faults.Passing = point =>
        {
            if (point is { Operation: HostOperation.Unpause, MicroStep: FaultPoint.Answer }) started.TryAdd(point.Uuid!.Value.ToString(), rig.Time.GetUtcNow());
        };

        await rig.StartAsync();
        await rig.DomainAsync("new", s => s with { StartOrder = new StartOrderSpec { Order = 9 } });

        await rig.UntilDomainAsync("app", d => ReasonOf(d) == ReadyCondition.WaitingForStartOrder);
        await rig.UntilDomainAsync("new", d => ReasonOf(d) == ReadyCondition.Running);
        await rig.UntilDomainAsync("web", d => ReasonOf(d) == ReadyCondition.Running);
        var (db, app, web) = (started[await UidAsync(rig, "db")], started[await UidAsync(rig, "app")], started[await UidAsync(rig, "web")]);
        (app - db).ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(33));
        (web - app).ShouldBeInRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3));
        started[await UidAsync(rig, "new")].ShouldBeLessThan(app);
        ReasonOf(await rig.GetAsync<Domain>("spare")).ShouldBe(ReadyCondition.NotStartedWithHost);

        await PowerAsync(rig, "spare", PowerState.Halted);
        await rig.UntilDomainAsync("spare", d => ReasonOf(d) == ReadyCondition.Halted);
        await PowerAsync(rig, "spare", PowerState.Running);
        await rig.UntilDomainAsync("spare", d => ReasonOf(d) == ReadyCondition.Running);
    });

    [Fact]
    public void What_can_not_be_started_holds_the_next_order_up_for_a_minute_and_no_longer() => Run(async (rig, _) =>
    {
        await rig.StartAsync();
        await RunningAsync(rig, "db", order: 0, kernel: "/boot/db");
        await RunningAsync(rig, "web", order: 1);
        await rig.StopAsync();
        rig.Host.ByHand.Reboot();
        rig.Host.Files.Remove("/boot/db");
        var booted = rig.Time.GetUtcNow();

        await rig.StartAsync();
        await rig.UntilDomainAsync("web", d => ReasonOf(d) == ReadyCondition.WaitingForStartOrder);
        await rig.UntilDomainAsync("web", d => ReasonOf(d) == ReadyCondition.Running);

        (rig.Time.GetUtcNow() - booted).ShouldBeInRange(StartTurns.Patience, StartTurns.Patience + TimeSpan.FromSeconds(10));
        ReasonOf(await rig.GetAsync<Domain>("db")).ShouldBe(ReadyCondition.FileNotUsable);
    });

    /// <summary>
    /// While the host's service starts one domain after the other no agent renews the Lease, so the host may be fenced, and those whose turn is
    /// still to come be started elsewhere. What the API server said at the beginning is worth nothing then.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_host_that_is_fenced_while_its_service_starts_domains_starts_no_second_copy(bool believe) => Run(async (rig, paths) =>
    {
        await rig.StartAsync();
        await RunningAsync(rig, "db", order: 0, delay: 60);
        await RunningAsync(rig, "web", order: 1);
        await rig.StopAsync();
        rig.Host.ByHand.Reboot();
        List<string> started = [];
        rig.Host.Faults.Passing = point =>
        {
            if (point is { Operation: HostOperation.Unpause, MicroStep: FaultPoint.Answer }) started.Add(point.Uuid!.Value.ToString());
        };

        var starting = HostStartAsync(rig, paths, believe, static _ => { });
        await Task.Delay(TimeSpan.FromSeconds(45), rig.Time);
        await GiveAsync(rig, "web", "xen-b");
        await starting;
        await rig.StartAsync();

        await Task.Delay(TimeSpan.FromMinutes(5), rig.Time);
        started.ShouldBe([await UidAsync(rig, "db")]);
    });

    [Fact]
    public void When_the_API_server_answers_late_the_agent_goes_on_where_the_hosts_service_left_off() => Run(async (rig, paths) =>
    {
        await rig.StartAsync();
        await RunningAsync(rig, "db", order: 0, delay: 120);
        await RunningAsync(rig, "web", order: 1);
        await rig.StopAsync();
        rig.Host.ByHand.Reboot();
        List<(string Uid, DateTimeOffset At)> started = [];
        rig.Host.Faults.Passing = point =>
        {
            if (point is { Operation: HostOperation.Unpause, MicroStep: FaultPoint.Answer }) started.Add((point.Uuid!.Value.ToString(), rig.Time.GetUtcNow()));
        };
        List<string> said = [];
        rig.Client.BeforeGet = static () => throw InterceptedClient.Unavailable();

        var starting = HostStartAsync(rig, paths, believe: true, said.Add);
        await rig.UntilAsync(() => Task.FromResult(started.Count > 0), () => Task.FromResult("nothing was started"));
        rig.Client.BeforeGet = static () => { };
        (await starting).Started.ShouldBe(1);
        said[^1].ShouldBe("shop.web is left to the agent: the API server can be reached");
        (rig.Time.GetUtcNow() - started[0].At).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await rig.StartAsync();

        await rig.UntilAsync(() => Task.FromResult(started.Count > 1), () => Task.FromResult("the agent does not go on"));
        await Task.Delay(TimeSpan.FromMinutes(5), rig.Time);
        started.Select(s => s.Uid).ShouldBe([await UidAsync(rig, "db"), await UidAsync(rig, "web")]);
        (started[1].At - started[0].At).ShouldBeInRange(TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(125));
    });

    [Fact]
    public void What_is_kept_goes_with_the_Domain() => Run(async (rig, paths) =>
    {
        await rig.StartAsync();
        await RunningAsync(rig, "web", order: 0);
        await RunningAsync(rig, "db", order: 0);
        KeptDomains.Open(paths.Kept).All.Count().ShouldBe(2);

        await rig.DeleteAsync<Domain>("web");
        await rig.UntilGoneAsync<Domain>("web");
        await rig.StopAsync();
        // Its object goes while nobody looks.
        await rig.Store.ApplyAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = AgentRig.Namespace, Name = "db", Finalizers = [], Labels = new Dictionary<string, string>(StringComparer.Ordinal) }, Spec = HostRig.Spec() },
            new ApplyOptions("user"), CancellationToken.None);
        KeptDomains.Open(paths.Kept).All.ShouldHaveSingleItem().Desired.Name.ShouldBe("db");
        await rig.StartAsync();
        await rig.UntilAsync(() => Task.FromResult(!KeptDomains.Open(paths.Kept).All.Any()), () => Task.FromResult("still kept"));
    });

    private static async Task RunningAsync(AgentRig rig, string name, int order, int delay = 0, HostStartAction start = HostStartAction.Start, string kernel = "/boot/vmlinuz")
    {
        await rig.DomainAsync(name, s => s with { StartOrder = new StartOrderSpec { Order = order, DelaySeconds = delay }, OnHostStart = start, Boot = new BootSpec { Kernel = kernel } });
        await rig.UntilDomainAsync(name, d => ReasonOf(d) == ReadyCondition.Running);
    }

    private static async Task PowerAsync(AgentRig rig, string name, PowerState power)
    {
        var domain = (await rig.GetAsync<Domain>(name))!;
        await rig.Store.ApplyAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = AgentRig.Namespace, Name = name, Labels = domain.Metadata.Labels, Finalizers = domain.Metadata.Finalizers }, Spec = domain.Spec! with { PowerState = power } },
            new ApplyOptions("user"), CancellationToken.None);
    }

    /// <summary>The host's service, which can reach the API server as the agent can.</summary>
    private static Task<HostStartResult> HostStartAsync(AgentRig rig, HostLifePaths paths, bool believe, Action<string> tell)
    {
        var apiServer = new ApiServerProbe(cancellationToken => rig.Client.GetAsync<XenHost>(AgentRig.Node, null, cancellationToken), rig.Time);
        return new HostStart(rig.Host, KeptDomains.Open(paths.Kept), new HostStopMark(paths.StopMark), apiServer, believe, rig.Time, tell).RunAsync(CancellationToken.None);
    }

    private static async Task GiveAsync(AgentRig rig, string name, string host)
    {
        var domain = (await rig.GetAsync<Domain>(name))!;
        await rig.Store.ApplyStatusAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = AgentRig.Namespace, Name = name }, Status = new DomainStatus { Host = host } }, new ApplyOptions(XenApi.OperatorStatusFieldManager), CancellationToken.None);
        await rig.Store.ApplyAsync(
            new Domain
            {
                Metadata = new ObjectMeta
                {
                    Namespace = AgentRig.Namespace, Name = name, Finalizers = domain.Metadata.Finalizers,
                    Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [XenApi.HostLabel] = host },
                },
                Spec = domain.Spec,
            },
            new ApplyOptions("user"), CancellationToken.None);
    }

    private static async Task<string> UidAsync(AgentRig rig, string name) => (await rig.GetAsync<Domain>(name))!.Metadata.Uid!;

    private static string? ReasonOf(Domain? domain) => domain?.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;

    private static async Task<Condition?> HostReadyAsync(AgentRig rig) =>
        (await rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None))?.Status?.Conditions.Find(HostReadyCondition.Type);

    private static void Run(Func<AgentRig, HostLifePaths, Task> scenario) => VirtualLoop.Run(
        async time =>
        {
            var directory = Directory.CreateTempSubdirectory("hostlife-").FullName;
            var paths = new HostLifePaths(Path.Combine(directory, "domains"), Path.Combine(directory, "host-stopping"));
            await using (var rig = new AgentRig(time) { HostLife = paths }) await scenario(rig, paths);
            Directory.Delete(directory, recursive: true);
        },
        TimeSpan.FromHours(3));
}
