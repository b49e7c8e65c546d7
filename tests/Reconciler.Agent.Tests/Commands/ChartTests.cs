using System.Globalization;
using Reconciler.Testing.Lab;

namespace Reconciler.Agent.Tests.Commands;

/// <summary>The chart gives the agent the number that it has without one.</summary>
public sealed class ChartTests
{
    [Fact]
    public void The_chart_has_as_many_domains_worked_on_at_a_time_as_the_agent_by_itself()
    {
        const string Workers = "  workers: ";
        var agent = File.ReadLines(Path.Combine(RepositoryRoot.Path, "charts", "reconciler", "values.yaml")).SkipWhile(line => line is not "agent:").Skip(1).TakeWhile(line => line is "" or [' ', ..]);
        agent.Single(line => line.StartsWith(Workers, StringComparison.Ordinal))[Workers.Length..].ShouldBe(AgentOptions.DefaultWorkers.ToString(CultureInfo.InvariantCulture));
    }
}
