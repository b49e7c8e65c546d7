using Reconciler.Testing.Lab;

namespace Reconciler.Chart.Tests.Cluster;

/// <summary>What the accounts of the installed chart may not do, tried for real.</summary>
[Collection(ChartCluster.Name)]
[Trait("Category", "Lab")]
public sealed class RightsTests(ChartCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("reconciler-agent", "delete domain any -n default")]
    [InlineData("reconciler-agent", "delete namespace default")]
    [InlineData("reconciler-agent", "get secrets -A")]
    [InlineData("reconciler-agent", "get secret reconciler-webhook -n reconciler-system")]
    [InlineData("reconciler-agent", "get pods -A")]
    [InlineData("reconciler-agent", "get nodes")]
    [InlineData("reconciler-agent", "delete xenhost any")]
    [InlineData("reconciler-agent", "get leases -n reconciler-system")]
    [InlineData("reconciler-agent", "get clusterroles")]
    [InlineData("reconciler-operator", "get secrets -A")]
    [InlineData("reconciler-operator", "get secrets -n reconciler-system")]
    [InlineData("reconciler-operator", "get secret reconciler-webhook -n default")]
    [InlineData("reconciler-operator", "delete domain any -n default")]
    [InlineData("reconciler-operator", "delete xenhost any")]
    [InlineData("reconciler-operator", "delete node any")]
    [InlineData("reconciler-operator", "get leases -n kube-system")]
    [InlineData("reconciler-operator", "get clusterroles")]
    [InlineData("reconciler-operator", "get pods -A")]
    [InlineData("reconciler-operator", "delete pod any -n default")]
    [InlineData("reconciler-operator", "get serviceaccounts -n reconciler-system")]
    public async Task An_account_may_do_no_more_than_its_work(string account, string command)
    {
        var lab = await cluster.StartedAsync();
        var output = await lab.KubectlAs(account).TryRunAsync(Cancellation, command.Split(' '));
        output.Succeeded.ShouldBeFalse(output.Output);
        output.Error.ShouldContain("Forbidden");
        output.Error.ShouldContain($"system:serviceaccount:{KubeApiServerLab.ChartNamespace}:{account}");
    }

    [Theory]
    [InlineData("reconciler-agent", "get domains -A")]
    [InlineData("reconciler-operator", "get domains -A")]
    [InlineData("reconciler-operator", "get xenhosts")]
    [InlineData("reconciler-operator", "get nodes")]
    [InlineData("reconciler-operator", "get secret reconciler-webhook -n reconciler-system --ignore-not-found")]
    [InlineData("reconciler-operator", "get pods -n reconciler-system")]
    [InlineData("reconciler-operator", "get lease reconciler-operator -n reconciler-system --ignore-not-found")]
    public async Task An_account_may_do_its_work(string account, string command)
    {
        var lab = await cluster.StartedAsync();
        var output = await lab.KubectlAs(account).TryRunAsync(Cancellation, command.Split(' '));
        output.Succeeded.ShouldBeTrue(output.Error);
    }
}
