using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Operator.Tests.Placement;

/// <summary>Domains that are placed, and whose placement.hostName comes to ask for another host. The test is their agents.</summary>
public sealed class HostNameTests
{
    [Fact]
    public void A_domain_that_waits_for_a_path_goes_to_the_host_that_is_named_when_its_agent_has_said_that_nothing_is_left() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig);
        await DiskAsync(rig);
        await SayAsync(rig, ReadyCondition.WaitingForDevices);

        await NameAsync(rig, "xen-2");
        await rig.UntilAsync("web", domain => domain.Status!.Move is { From: "xen-1", To: "xen-2", Reason: DomainMove.HostName });
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        var asked = (await rig.DomainAsync("web"))!;
        asked.Status!.Host.ShouldBe("xen-1");
        OperatorRig.Condition(asked, "Placed").ShouldBe("True Moving");
        OperatorRig.Message(asked, "Placed").ShouldContain("Leaves XenHost xen-1 for xen-2, which placement.hostName asks for");

        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2" && OperatorRig.HostLabel(domain) == "xen-2");
    });

    [Fact]
    public void One_that_its_host_refuses_goes_to_the_host_that_is_named_and_to_no_other() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig);
        await rig.ApplyHostAsync("xen-3", free: "7Gi");
        await NameAsync(rig, "xen-2");
        await SayAsync(rig, ReadyCondition.NotEnoughMemory, new HostRefusal { Host = "xen-1", Reason = ReadyCondition.NotEnoughMemory, Message = "", At = DateTimeOffset.UnixEpoch });
        await rig.UntilAsync("web", domain => domain.Status!.Move is { To: "xen-2" });
        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");
    });

    [Fact]
    public void One_that_runs_stays_and_says_so_and_goes_once_it_is_shut_down() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig);
        await SayAsync(rig, ReadyCondition.Running, domid: 7);
        await NameAsync(rig, "xen-2");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True WaitingToMove");
        await rig.PassAsync(TimeSpan.FromMinutes(30));
        var running = (await rig.DomainAsync("web"))!;
        (running.Status!.Host, running.Status.Move).ShouldBe(("xen-1", null));
        OperatorRig.Message(running, "Placed").ShouldBe(
            "On XenHost xen-1, and placement.hostName asks for xen-2. It goes there when it is not running: set powerState to Halted, and back when it is there");

        await rig.ChangeDomainAsync("web", spec => spec with { PowerState = PowerState.Halted });
        await SayAsync(rig, ReadyCondition.Halted);
        await rig.UntilAsync("web", domain => domain.Status!.Move is { To: "xen-2" });
        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");
    });

    [Fact]
    public void One_whose_host_can_not_be_asked_stays_for_it_may_be_running() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig);
        await SayAsync(rig, ReadyCondition.HostUnavailable, ready: ConditionStatus.Unknown);
        await NameAsync(rig, "xen-2");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True WaitingToMove");
        (await rig.DomainAsync("web"))!.Status!.Move.ShouldBeNull();
    });

    [Fact]
    public void What_can_not_go_to_the_host_that_is_named_stays_and_says_why() => OperatorRig.Run(async rig =>
    {
        await StartAsync(rig);
        await NameAsync(rig, "nowhere");
        await SaysAsync("which does not exist");
        await rig.ApplyHostAsync("xen-2", free: "64Mi");
        await NameAsync(rig, "xen-2");
        await SaysAsync("XenHost xen-2, asked for by placement.hostName, does not fit: needs");
        await DiskAsync(rig);
        await SayAsync(rig, ReadyCondition.Running, domid: 7);
        await SayAsync(rig, ReadyCondition.Halted);
        await rig.ApplyHostAsync("xen-2");
        await SaysAsync("its disk xvda is /srv/web.img on xen-1");
        (await rig.DomainAsync("web"))!.Status!.Move.ShouldBeNull();

        // The user takes it back.
        await NameAsync(rig, "xen-1");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True Placed");

        Task SaysAsync(string why) =>
            rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True CannotMove" && OperatorRig.Message(domain, "Placed").Contains(why, StringComparison.Ordinal));
    });

    [Fact]
    public void One_on_a_host_that_is_silent_stays_for_nobody_knows_whether_it_runs() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithHostsAsync("xen-1");
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.ApplyHostAsync("xen-2");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        await NameAsync(rig, "xen-2");
        await rig.UntilAsync("web", domain => OperatorRig.Message(domain, "Placed").Contains("the agent of xen-1 is silent", StringComparison.Ordinal));
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        (await rig.DomainAsync("web"))!.Status!.Move.ShouldBeNull();
    });

    /// <summary>
    /// Users change their mind about host and power at random; agents see the Domain late, each at its own pace, and do as agents do. At no time
    /// do two of them run it; and when all is quiet it is where it is asked to be.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whoever_is_named_when_no_two_hosts_run_the_domain(int seed) => OperatorRig.Run(async rig =>
    {
        Random random = new(seed);
        string[] names = ["xen-1", "xen-2", "xen-3"];
        foreach (var name in names) await rig.ApplyHostAsync(name);
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        var agents = names.Select(name => new ModelAgent(rig, name)).ToArray();

        var moves = new HashSet<DateTimeOffset>();
        for (var step = 0; step < 400; step++)
        {
            switch (random.Next(10))
            {
                case 0:
                    await NameAsync(rig, names[random.Next(names.Length)]);
                    break;
                case 1:
                    await rig.ChangeDomainAsync("web", spec => spec with { PowerState = random.Next(2) == 0 ? PowerState.Halted : PowerState.Running });
                    break;
                default:
                    var agent = agents[random.Next(agents.Length)];
                    if (random.Next(2) == 0) await agent.LookAsync();
                    agent.Act();
                    if (random.Next(2) == 0) await agent.TellAsync();
                    break;
            }

            agents.Count(agent => agent.Runs).ShouldBeLessThanOrEqualTo(1);
            if ((await rig.DomainAsync("web"))!.Status!.Move is { } move) moves.Add(move.Since);
            await rig.PassAsync(TimeSpan.FromMilliseconds(random.Next(1000)));
        }

        moves.Count.ShouldBeGreaterThan(5);
        await NameAsync(rig, "xen-3");
        await rig.ChangeDomainAsync("web", spec => spec with { PowerState = PowerState.Halted });
        await SettleAsync(domain => domain.Status!.Host == "xen-3" && domain.Status.Move is null);
        await rig.ChangeDomainAsync("web", spec => spec with { PowerState = PowerState.Running });
        await SettleAsync(_ => agents[2].Runs);

        Task SettleAsync(Func<Domain, bool> holds) => rig.UntilAsync(async () =>
        {
            foreach (var agent in agents)
            {
                await agent.LookAsync();
                agent.Act();
                await agent.TellAsync();
            }

            agents.Count(agent => agent.Runs).ShouldBeLessThanOrEqualTo(1);
            return holds((await rig.DomainAsync("web"))!);
        });
    });

    /// <summary>Two hosts, and a Domain on the first.</summary>
    private static async Task StartAsync(OperatorRig rig)
    {
        await rig.ApplyHostAsync("xen-1", free: "8Gi");
        await rig.ApplyHostAsync("xen-2");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
    }

    private static Task NameAsync(OperatorRig rig, string host) =>
        rig.ChangeDomainAsync("web", spec => spec with { Placement = new PlacementSpec { HostName = host } });

    private static Task<Vbd> DiskAsync(OperatorRig rig) => rig.Store.ApplyAsync(
        new Vbd
        {
            Metadata = new ObjectMeta { Namespace = "default", Name = "web-xvda" },
            Spec = new VbdSpec { Domain = "web", Device = "xvda", Source = new VbdSource { File = new FileSource { Path = "/srv/web.img" } } },
        },
        new ApplyOptions("user"), CancellationToken.None);

    /// <summary>What the agent of xen-1 says.</summary>
    private static async Task SayAsync(OperatorRig rig, string reason, HostRefusal? refusal = null, int? domid = null, string? ready = null)
    {
        var domain = (await rig.DomainAsync("web"))!;
        await WriteAsync(rig, domain, "xen-1", reason, ready ?? ConditionStatus.Of(reason is ReadyCondition.Running or ReadyCondition.Halted), new DomainStatus { Refusal = refusal, Domid = domid });
    }

    private static Task<Domain> WriteAsync(OperatorRig rig, Domain domain, string host, string reason, string ready, DomainStatus status)
    {
        var condition = (domain.Status?.Conditions).Next(ReadyCondition.Type, ready, reason, "", domain.Metadata.Generation, DateTimeOffset.UnixEpoch);
        return rig.Store.ApplyStatusAsync(
            new Domain
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = "web" },
                Status = status with
                {
                    ObservedGeneration = domain.Metadata.Generation, Conditions = [condition], RanOn = status.Domid is null ? domain.Status?.RanOn : host,
                },
            },
            new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
    }

    /// <summary>
    /// An agent that acts by what it saw last, which may be long ago, and never by what it saw before that; and that tells what it did later.
    /// </summary>
    private sealed class ModelAgent(OperatorRig rig, string host)
    {
        private Domain? _seen;
        private (string Reason, DomainStatus Status)? _untold;
        private DateTimeOffset? _left;

        public bool Runs { get; private set; }

        public async Task LookAsync() => _seen = await rig.DomainAsync("web");

        public void Act()
        {
            if (_seen is not { Status: { } status } domain || status.Host != host || OperatorRig.HostLabel(domain) != host) return;
            if (status.Move is { } move && move.From == host)
            {
                Runs = false;
                if (_left == move.Since) return;
                _left = move.Since;
                _untold = (ReadyCondition.Vacated, new DomainStatus { Vacated = new DomainVacated { Host = host, Since = move.Since } });
                return;
            }

            Runs = domain.Spec!.PowerState != PowerState.Halted;
            _untold = Runs ? (ReadyCondition.Running, new DomainStatus { Domid = 1 }) : (ReadyCondition.Halted, new DomainStatus());
        }

        public async Task TellAsync()
        {
            if (_untold is not { } told) return;
            _untold = null;
            await WriteAsync(rig, _seen!, host, told.Reason, ConditionStatus.Of(told.Reason != ReadyCondition.Vacated), told.Status);
        }
    }
}
