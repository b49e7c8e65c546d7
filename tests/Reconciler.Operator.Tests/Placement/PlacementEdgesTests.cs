using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement;

namespace Reconciler.Operator.Tests.Placement;

public sealed class PlacementEdgesTests
{
    [Fact]
    public void Being_placed_is_an_event_once()
    {
        var placed = Status("xen-1", "True Valid", "True Placed");
        Between(null, placed).ShouldBe(["Normal Placed"]);
        Between(placed, placed).ShouldBeEmpty();
    }

    [Fact]
    public void A_spec_that_stays_wrong_in_the_same_way_is_no_news()
    {
        var wrong = Status(null, "False InvalidSpec", "False NotAccepted", "spec.cpu.vcpus: 65");
        Between(null, wrong).ShouldBe(["Warning NotAccepted"]);
        Between(wrong, wrong).ShouldBeEmpty();
        Between(wrong, Status(null, "False InvalidSpec", "False NotAccepted", "spec.cpu.vcpus: 66")).ShouldBe(["Warning NotAccepted"]);
    }

    [Fact]
    public void Fitting_nowhere_is_an_event_once_though_the_numbers_in_the_message_change()
    {
        var nowhere = Status(null, "True Valid", "False NoHostFits", placedMessage: "free are 1Mi");
        Between(Status(null, "True Valid", "False NoHost"), nowhere).ShouldBe(["Warning NoHostFits"]);
        Between(nowhere, Status(null, "True Valid", "False NoHostFits", placedMessage: "free are 2Mi")).ShouldBeEmpty();
    }

    [Fact]
    public void A_host_that_goes_is_an_event() =>
        Between(Status("xen-1", "True Valid", "True Placed"), Status("xen-1", "True Valid", "Unknown HostGone")).ShouldBe(["Warning HostGone"]);

    private static string[] Between(DomainStatus? before, DomainStatus after) =>
        [.. PlacementEdges.Between(before, after).Select(edge => $"{edge.Type} {edge.Reason}")];

    private static DomainStatus Status(string? host, string accepted, string placed, string message = "", string placedMessage = "") => new()
    {
        Host = host,
        Conditions = [Condition(AcceptedCondition.Type, accepted, message), Condition(PlacedCondition.Type, placed, placedMessage)],
    };

    private static Condition Condition(string type, string statusAndReason, string message) =>
        ((IReadOnlyList<Condition>?)null).Next(
            type, statusAndReason.Split(' ')[0], statusAndReason.Split(' ')[1], message, 1, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
