using Reconciler.Kubernetes.Yaml;
using Reconciler.Testing.Lab;

namespace Reconciler.Agent.Tests.Commands;

/// <summary>The chart gives the agent the number that it has without one.</summary>
public sealed class ChartTests
{
    [Fact]
    public void The_chart_has_as_many_domains_worked_on_at_a_time_as_the_agent_by_itself()
    {
        var values = YamlToJson.ParseSingle(File.ReadAllText(Path.Combine(Helm.Chart, "values.yaml"))).ShouldNotBeNull().Root.ShouldNotBeNull();
        values["agent"]!["workers"]!.GetValue<long>().ShouldBe(AgentOptions.DefaultWorkers);
    }
}
