using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Agent.HostLife.Starting;
using Reconciler.Agent.HostLife.State;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Testing;

namespace Reconciler.Agent.Tests.HostLife;

public sealed class HostStartTests
{
    private const string Node = "xen-a";

    [Fact]
    public void What_was_here_before_the_boot_is_started_in_order_with_delays() => Run(async (rig, time) =>
    {
        var web = await rig.RunAsync("web", HostRig.Spec(order: 2));
        var app = await rig.RunAsync("app", HostRig.Spec(order: 1));
        var db = await rig.RunAsync("db", HostRig.Spec(order: -1, delay: 20));
        await rig.RunAsync("spare", HostRig.Spec() with { OnHostStart = HostStartAction.Ignore });
        var off = await rig.KeepAsync("off");
        rig.Kept.Keep(off with { Desired = off.Desired with { Power = Xen.Host.DesiredPower.Halted } });
        Reboot(rig);

        var result = await StartAsync(rig, time, believe: true);

        result.Failed.ShouldBeEmpty();
        (await rig.RunningAsync()).ShouldBe(["shop.app", "shop.db", "shop.web"]);
        (rig.StartedAt[app.Desired.Uuid] - rig.StartedAt[db.Desired.Uuid]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(20));
        rig.StartedAt[web.Desired.Uuid].ShouldBeGreaterThan(rig.StartedAt[app.Desired.Uuid]);

        // Done is done: whoever looks again, in this boot, finds nothing due.
        rig.StartedAt.Clear();
        (await StartAsync(rig, time, believe: true)).ShouldBe(new HostStartResult(0, []), Same);
        rig.StartedAt.ShouldBeEmpty();
    });

    [Fact]
    public void Any_orders_and_delays_are_kept() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20).WithQuietOnSuccess(true),
        Prop.ForAll(Gen.Choose(-3, 3).Zip(Gen.Choose(0, 30)).ArrayOf(8).ToArbitrary(), turns => Run(async (rig, time) =>
        {
            List<KeptDomain> domains = [];
            foreach (var (i, (order, delay)) in turns.Index()) domains.Add(await rig.RunAsync($"d{i}", HostRig.Spec(order, delay)));
            Reboot(rig);

            (await StartAsync(rig, time, believe: true)).Started.ShouldBe(domains.Count);

            foreach (var earlier in domains)
            {
                foreach (var later in domains.Where(d => d.Order > earlier.Order))
                    rig.StartedAt[later.Desired.Uuid].ShouldBeGreaterThanOrEqualTo(rig.StartedAt[earlier.Desired.Uuid] + earlier.Delay, $"{earlier.Desired.Name} before {later.Desired.Name}");
            }
        })));

    /// <summary>The host may have been fenced while it was down, and its domains placed elsewhere.</summary>
    [Fact]
    public void What_another_host_may_have_been_given_is_left_to_the_agent_unless_the_admin_said_so() => Run(async (rig, time) =>
    {
        await rig.RunAsync("web");
        Reboot(rig);

        (await StartAsync(rig, time, believe: false)).Started.ShouldBe(0);

        (await rig.RunningAsync()).ShouldBeEmpty();
        rig.Said.ShouldHaveSingleItem().ShouldStartWith("shop.web is left to the agent: another host may have been given the domain");
        KeptDomains.Open(rig.KeptPath).All.ShouldHaveSingleItem();
    });

    [Fact]
    public void Where_there_is_no_other_host_what_is_kept_is_the_last_word() => Run(async (rig, time) =>
    {
        var web = await rig.RunAsync("web");
        rig.Kept.Keep(web with { OnlyHost = true });
        Reboot(rig);

        (await StartAsync(rig, time, believe: false)).Started.ShouldBe(1);
    });

    /// <summary>What was kept by an agent that worked from manifests is no proof any more when the host has become one of a cluster.</summary>
    [Fact]
    public void Where_an_API_server_is_configured_there_may_be_another_host() => Run(async (rig, time) =>
    {
        var web = await rig.RunAsync("web");
        rig.Kept.Keep(web with { OnlyHost = true });
        Reboot(rig);

        (await StartAsync(rig, time, believe: false, Probe(time, static () => throw InterceptedClient.Unavailable()))).Started.ShouldBe(0);

        (await rig.RunningAsync()).ShouldBeEmpty();
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void When_the_API_server_can_be_reached_everything_is_left_to_the_agent(bool believe) => Run(async (rig, time) =>
    {
        await rig.RunAsync("web");
        Reboot(rig);
        var began = time.Elapsed;

        (await StartAsync(rig, time, believe, Probe(time, static () => { }))).ShouldBe(new HostStartResult(0, []), Same);

        rig.StartedAt.ShouldBeEmpty();
        time.Elapsed.ShouldBeLessThan(began + TimeSpan.FromSeconds(1));
        rig.Said.ShouldHaveSingleItem().ShouldStartWith("shop.web is left to the agent: ");
    });

    [Fact]
    public void An_API_server_that_does_not_answer_is_waited_for_for_half_a_minute() => Run(async (rig, time) =>
    {
        var web = await rig.RunAsync("web");
        Reboot(rig);
        var began = time.Elapsed;

        (await StartAsync(rig, time, believe: true, new ApiServerProbe(ct => Task.Delay(Timeout.InfiniteTimeSpan, time, ct), time))).Started.ShouldBe(1);

        rig.StartedAt[web.Desired.Uuid].ShouldBeInRange(began + HostStart.AnswerLimit, began + HostStart.AnswerLimit + TimeSpan.FromSeconds(5));
        rig.Said[0].ShouldStartWith("the API server can't be reached (no answer within 5 s)");
    });

    [Fact]
    public void An_API_server_that_refuses_the_hosts_service_may_hear_the_agent_and_so_is_one_that_answers() => Run(async (rig, time) =>
    {
        await rig.RunAsync("web");
        Reboot(rig);

        (await StartAsync(rig, time, believe: true, Probe(time, static () => throw new KubernetesApiException("who are you?", HttpStatusCode.Unauthorized)))).Started.ShouldBe(0);
    });

    [Fact]
    public void What_can_not_be_started_is_said_and_holds_the_others_up_for_a_minute() => Run(async (rig, time) =>
    {
        await rig.RunAsync("db", HostRig.Spec(order: 0));
        await rig.RunAsync("web", HostRig.Spec(order: 1));
        Reboot(rig);
        rig.Host.Files.Remove("/boot/vmlinuz");
        var began = time.Elapsed;
        var starting = StartAsync(rig, time, believe: true);
        await Task.Delay(TimeSpan.FromSeconds(70), time);
        rig.Host.Files.Restore("/boot/vmlinuz");

        var result = await starting;

        result.Started.ShouldBe(1);
        result.Failed.ShouldHaveSingleItem().ShouldStartWith("shop.db: ");
        (time.Elapsed - began).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(80));
    });

    [Fact]
    public void A_guest_that_ended_for_good_stays_down_over_the_boot() => Run(async (rig, time) =>
    {
        await rig.RunAsync("job", HostRig.Spec() with { RestartPolicy = RestartPolicy.Never }, "sim.powerOffAfter=3s");
        await Task.Delay(TimeSpan.FromSeconds(10), time);
        (await rig.StopAsync()).Succeeded.ShouldBeTrue();
        Reboot(rig);

        (await StartAsync(rig, time, believe: true)).ShouldBe(new HostStartResult(0, []), Same);

        (await rig.RunningAsync()).ShouldBeEmpty();
    });

    [Fact]
    public void A_mark_of_an_earlier_boot_is_void_and_one_of_this_boot_ends_with_the_start() => Run(async (rig, time) =>
    {
        await rig.RunAsync("web");
        (await rig.StopAsync()).Succeeded.ShouldBeTrue();
        rig.Mark.Read(await rig.BootIdAsync()).ShouldNotBeNull();
        Reboot(rig);
        rig.Mark.Read(await rig.BootIdAsync()).ShouldBeNull();

        (await StartAsync(rig, time, believe: true)).Started.ShouldBe(1);

        rig.Mark.Exists.ShouldBeFalse();
    });

    private static IEqualityComparer<HostStartResult> Same { get; } =
        EqualityComparer<HostStartResult>.Create((a, b) => a!.Started == b!.Started && a.Failed.SequenceEqual(b.Failed));

    private static void Reboot(HostRig rig)
    {
        rig.Host.ByHand.Reboot();
        rig.StartedAt.Clear();
    }

    private static Task<HostStartResult> StartAsync(HostRig rig, VirtualTime time, bool believe, ApiServerProbe? apiServer = null) =>
        new HostStart(rig.Host, KeptDomains.Open(rig.KeptPath), rig.Mark, apiServer, believe, time, rig.Said.Add).RunAsync(CancellationToken.None);

    private static ApiServerProbe Probe(VirtualTime time, Action answer) => new(
        _ =>
        {
            answer();
            return Task.CompletedTask;
        },
        time);

    private static void Run(Func<HostRig, VirtualTime, Task> scenario) => VirtualLoop.Run(
        async time =>
        {
            await using var rig = new HostRig(time);
            await scenario(rig, time);
        },
        TimeSpan.FromHours(3));
}
