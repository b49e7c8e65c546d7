using Reconciler.Agent.Commands.Standalone;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Embedded.Manifests;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Tests.Commands;

public sealed class ConvergenceTests
{
    [Fact]
    public void Ready_for_its_generation_is_converged() => Of(Make(2, Ready(ConditionStatus.True, "Halted", 2))).ShouldBeEmpty();

    [Fact]
    public void Nothing_at_all_is_converged() => Convergence.Of([], [], _ => false).IsReached.ShouldBeTrue();

    [Fact]
    public void Ready_for_an_older_generation_is_not() =>
        Of(Make(3, Ready(ConditionStatus.True, "Running", 2))).ShouldBe(["default/web: has not been looked at yet"]);

    [Fact]
    public void Ready_as_an_earlier_process_saw_it_is_not() =>
        Convergence.Of([Make(1, Ready(ConditionStatus.True, "Running", 1))], [], _ => false).Waiting.ShouldBe(
            ["default/web: has not been looked at yet"]);

    [Fact]
    public void What_it_waits_for_is_said_with_the_message() =>
        Of(Make(1, Ready(ConditionStatus.False, "FileNotUsable", 1, "/k is not there"))).ShouldBe(
            ["default/web: FileNotUsable (/k is not there)"]);

    [Fact]
    public void The_condition_nearest_to_the_cause_is_named() => Of(Make(
        1,
        Ready(ConditionStatus.False, ReadyCondition.NoHost, 1),
        new Condition { Type = PlacedCondition.Type, Status = ConditionStatus.False, Reason = "NoHostFits", Message = "too little memory", LastTransitionTime = default }))
        .ShouldBe(["default/web: NoHostFits (too little memory)"]);

    [Fact]
    public void What_is_being_deleted_is_waited_for() =>
        Of(Make(1, Ready(ConditionStatus.False, "ShuttingDown", 1)) with { Metadata = new ObjectMeta { Name = "web", Namespace = "default", DeletionTimestamp = default(DateTimeOffset) } })
            .ShouldBe(["default/web: is being deleted (ShuttingDown)"]);

    [Fact]
    public void A_bad_manifest_is_not_converged() =>
        Convergence.Of([], [new ManifestProblem("a.yaml", 3, Object: null, "no YAML")], _ => true).Waiting.ShouldBe(["a.yaml:3: no YAML"]);

    private static IReadOnlyList<string> Of(Domain domain) => Convergence.Of([domain], [], _ => true).Waiting;

    private static Domain Make(long generation, params Condition[] conditions) => new()
    {
        Metadata = new ObjectMeta { Name = "web", Namespace = "default", Generation = generation },
        Status = new DomainStatus { Conditions = conditions },
    };

    private static Condition Ready(string status, string reason, long generation, string message = "") => new()
    {
        Type = ReadyCondition.Type,
        Status = status,
        Reason = reason,
        Message = message,
        ObservedGeneration = generation,
        LastTransitionTime = default,
    };
}
