using System.Reflection;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Tests.Conditions;

public sealed class ConditionTests
{
    private static readonly Condition Ready = new()
    {
        Type = "Ready", Status = "False", Reason = "Starting", Message = "m", LastTransitionTime = Sample.Now.AddHours(-1),
    };

    /// <summary>The schema takes what metav1.Condition takes, which is more: "a_b", "a:b".</summary>
    [Fact]
    public void Semantics_24_All_our_conditions_and_reasons_are_CamelCase()
    {
        var words = typeof(XenApi).Assembly.GetTypes().Where(type => type.GetCustomAttribute<ConditionOfAttribute>() is not null)
            .SelectMany(type => type.GetFields().Where(field => field.IsLiteral)).Select(field => (string)field.GetRawConstantValue()!).ToList();
        words.Count.ShouldBeGreaterThan(50);
        words.ShouldAllBe(word => char.IsAsciiLetterUpper(word[0]) && word.All(char.IsAsciiLetterOrDigit));
    }

    [Fact]
    public void The_transition_time_stays_while_the_status_does() =>
        new[] { Ready }.Next("Ready", "False", "ShuttingDown", "other", 2, Sample.Now).LastTransitionTime.ShouldBe(Ready.LastTransitionTime);

    [Fact]
    public void The_transition_time_moves_with_the_status() =>
        new[] { Ready }.Next("Ready", "True", "Running", "", 2, Sample.Now).LastTransitionTime.ShouldBe(Sample.Now);

    [Fact]
    public void A_new_condition_begins_now_in_whole_seconds() =>
        ((Condition[]?)null).Next("Ready", "True", "Running", "", 2, Sample.Now.AddMilliseconds(700)).LastTransitionTime.ShouldBe(Sample.Now);

    [Fact]
    public void A_message_is_cut_where_the_api_server_would_refuse_it() =>
        ((Condition[]?)null).Next("Ready", "True", "Running", new string('x', 50000), 1, Sample.Now).Message!.Length.ShouldBe(32768);

    [Theory]
    [InlineData(null, true)]
    [InlineData("NotAccepted", true)]
    [InlineData("NoHost", true)]
    [InlineData("WaitingForAgent", true)]
    [InlineData("WaitingForHost", true)]
    [InlineData("Running", false)]
    [InlineData("Starting", false)]
    [InlineData("SomethingOfANewerAgent", false)]
    public void Ready_is_the_operators_until_an_agent_has_written_it(string? reason, bool isOperators) =>
        ReadyOwnership.IsOperators(reason is null ? null : new DomainStatus { Conditions = [Ready with { Reason = reason }] }).ShouldBe(isOperators);
}
