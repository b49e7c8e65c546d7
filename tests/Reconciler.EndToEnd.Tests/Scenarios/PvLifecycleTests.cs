using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(FirstLine.Name)]
public sealed class PvLifecycleTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public Task A_PV_domain_follows_its_power_state_and_goes_after_a_clean_shutdown() =>
        Lifecycle.RunAsync(new DomainUnderTest(Lab, Namespace, "web") { Type = "PV" }, Lab.Kubectl, Cancellation);
}
