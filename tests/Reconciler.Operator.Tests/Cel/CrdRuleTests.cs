namespace Reconciler.Operator.Tests.Cel;

/// <summary>
/// The rules in the schemas, evaluated: the API server that can be built here is older than they are. What they have in common with the
/// validators of the webhooks is compared in <see cref="AgreementTests"/>.
/// </summary>
[Trait("Category", "Lab")]
public sealed class CrdRuleTests
{
    public static TheoryData<string> Rules => [.. CrdRules.All.Select(rule => rule.ToString()).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_is_one_that_an_api_server_takes(string name)
    {
        foreach (var rule in Named(name))
        {
            rule.Expression.Type.ShouldBe("bool");
            rule.Message.ShouldNotContain('\n');
            // Whose item was which before can't be told there.
            (rule.IsTransition && rule.Path.Contains("[]", StringComparer.Ordinal)).ShouldBeFalse();
            rule.Copies.ShouldNotBeNull("a list or map above it has no bound: an API server reckons with as many as a request can hold, and refuses a definition that could cost too much");
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rule_passes_what_is_right_and_refuses_what_is_wrong(string name)
    {
        foreach (var rule in Named(name))
        {
            RuleExamples.ByMessage.TryGetValue(rule.Message, out var examples).ShouldBeTrue($"{rule} has no examples: add some that pass it, and some that it refuses");
            var (pass, refused) = examples;
            (pass.Length > 0 && refused.Length > 0).ShouldBeTrue("both kinds of examples are needed");
            foreach (var example in pass) Judge(rule, example).ShouldBeTrue(example.ToString());
            foreach (var example in refused) Judge(rule, example).ShouldBeFalse(example.ToString());
        }
    }

    [Fact]
    public void No_example_is_left_of_a_rule_that_is_gone() =>
        RuleExamples.ByMessage.Keys.Except(CrdRules.All.Select(rule => rule.Message), StringComparer.Ordinal).ShouldBeEmpty();

    private static bool Judge(CrdRule rule, RuleExample example)
    {
        (example.Old is not null).ShouldBe(rule.IsTransition);
        var old = example.Old is null ? null : rule.WithDefaults(RuleExample.Parse(example.Old));
        return rule.Holds(rule.WithDefaults(RuleExample.Parse(example.Self)), old);
    }

    private static IEnumerable<CrdRule> Named(string name) => CrdRules.All.Where(rule => rule.ToString() == name);
}
