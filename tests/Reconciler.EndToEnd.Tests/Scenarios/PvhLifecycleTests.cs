using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(SecondLine.Name)]
public sealed class PvhLifecycleTests(AllGuestsLineLab lab) : LineTest(lab)
{
    [Fact]
    public Task A_PVH_domain_follows_its_power_state_and_goes_after_a_clean_shutdown() =>
        Lifecycle.RunAsync(new DomainUnderTest(Lab, Namespace, "web") { Type = "PVH" }, Lab.Kubectl, Cancellation);
}
