namespace Reconciler.Chart.Tests.Rendering;

[Trait("Category", "Lab")]
public sealed class BadValuesTests(ChartHelm helm)
{
    [Theory]
    [InlineData("agent.wrokers=2", "wrokers")]
    [InlineData("agent.workers=0", "/agent/workers")]
    [InlineData("agent.workers=many", "/agent/workers")]
    [InlineData("agent.xenVersion=5.0", "/agent/xenVersion")]
    [InlineData("agent.maxUnavailable=0", "/agent/maxUnavailable")]
    [InlineData("agent.terminationGracePeriodSeconds=5", "/agent/terminationGracePeriodSeconds")]
    [InlineData("agent.bootDirectories={boot}", "/agent/bootDirectories/0")]
    [InlineData("agent.bootDirectories={/srv/../etc}", "without ..")]
    [InlineData("agent.diskDirectories={/srv//images}", "agent.diskDirectories")]
    [InlineData("agent.bridges={a/b}", "/agent/bridges/0")]
    [InlineData("agent.image.tag=a b", "/agent/image/tag")]
    [InlineData("operator.replicas=two", "/operator/replicas")]
    [InlineData("operator.logLevel=debug", "/operator/logLevel")]
    [InlineData("operator.healthPort=9443", "give them different ports")]
    [InlineData("operator.drainGuard.enabled=maybe", "/operator/drainGuard/enabled")]
    [InlineData("operator.enabled=false", "disable both or none")]
    [InlineData("operator.image.digest=sha256:12", "/operator/image/digest")]
    [InlineData("webhook.failurePolicy=ignore", "/webhook/failurePolicy")]
    [InlineData("webhook.timeoutSeconds=60", "/webhook/timeoutSeconds")]
    [InlineData("crds.install=true", "install")]
    public async Task A_bad_value_is_refused_by_its_name(string value, string named)
    {
        var output = await helm.TryTemplateAsync("1.30.0", TestContext.Current.CancellationToken, "--set", value);
        output.Succeeded.ShouldBeFalse();
        output.Error.ShouldContain(named);
    }

    [Fact]
    public async Task A_namespace_of_the_cluster_itself_is_refused()
    {
        var output = await helm.TryTemplateAsync("1.30.0", TestContext.Current.CancellationToken, "--namespace", "kube-system");
        output.Succeeded.ShouldBeFalse();
        output.Error.ShouldContain("--namespace reconciler-system");
    }
}
