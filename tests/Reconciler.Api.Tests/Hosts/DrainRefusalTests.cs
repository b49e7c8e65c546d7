using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Api.Tests.Hosts;

public sealed class DrainRefusalTests
{
    private static readonly XenHost Host = new() { Metadata = new ObjectMeta { Name = "xen-1" } };

    [Fact]
    public void Domains_that_move_are_named_as_long_as_they_are_few()
    {
        Describe(Moving(2)).ShouldBe(
            "XenHost xen-1 still has 2 Domains to be moved: default/d1, default/d2. What each waits for is in status.maintenance of the XenHost. To give up: kubectl uncordon xen-1");
        Describe(Moving(7)).ShouldContain("7 Domains to be moved: default/d1, default/d2, default/d3, default/d4, default/d5, and others.");
    }

    [Fact]
    public void Of_those_that_can_not_leave_it_is_said_why_and_what_to_do()
    {
        HostMaintenanceDomain Stuck(string name, string message) => new() { Namespace = "default", Name = name, Reason = PlacedCondition.CannotMove, Message = message };
        Describe([Stuck("db", "placement.hostName is xen-1."), .. Moving(1)]).ShouldBe(
            "XenHost xen-1 still has 2 Domains to be moved, 1 of which can't leave: default/db (placement.hostName is xen-1). Halt it (spec.powerState), or remove what holds it; "
            + "status.maintenance of the XenHost has all. To give up: kubectl uncordon xen-1");
        Describe([Stuck("a", "no room"), Stuck("b", "no room")]).ShouldContain("2 of which can't leave: default/a (no room); default/b (no room). Halt them (spec.powerState), or remove what holds them;");
    }

    [Fact]
    public void Of_a_host_that_nothing_is_heard_of_it_is_said_what_ends_that()
    {
        var silent = Host with
        {
            Status = new XenHostStatus
            {
                Conditions = [((IReadOnlyList<Condition>?)null).Next(HostReadyCondition.Type, ConditionStatus.Unknown, HostReadyCondition.AgentSilent, "", 1, DateTimeOffset.UnixEpoch)],
            },
        };
        DrainRefusal.Describe(silent, Progress(Moving(1))).ShouldBe(
            "XenHost xen-1 still has 1 Domain, and its agent is silent, so none can be moved: default/d1. Bring the agent back; or, once the machine is powered off, "
            + "confirm that with kubectl xen fence xen-1 --confirm-powered-off. To give up: kubectl uncordon xen-1");
    }

    [Fact]
    public void An_empty_host_is_about_to_be_let_go() => Describe([]).ShouldBe("XenHost xen-1 is empty; its guard is about to go");

    private static string Describe(IReadOnlyList<HostMaintenanceDomain> domains) => DrainRefusal.Describe(Host, Progress(domains));

    private static HostMaintenance Progress(IReadOnlyList<HostMaintenanceDomain> domains) => new()
    {
        Since = DateTimeOffset.UnixEpoch,
        Left = domains.Count,
        Blocked = domains.Count(domain => domain.Reason == PlacedCondition.CannotMove),
        Domains = domains,
    };

    private static List<HostMaintenanceDomain> Moving(int count) =>
        [.. Enumerable.Range(1, count).Select(i => new HostMaintenanceDomain { Namespace = "default", Name = $"d{i}", Reason = PlacedCondition.Moving })];
}
