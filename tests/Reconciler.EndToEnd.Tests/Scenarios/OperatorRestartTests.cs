using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(Disruptions.Name)]
public sealed class OperatorRestartTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task A_restart_of_the_operator_touches_no_domain_and_what_came_meanwhile_is_placed_afterwards()
    {
        var running = Domain("running");
        await running.ApplyAsync(Cancellation);
        await running.UntilAsync("Running", Cancellation);
        var before = (await running.OnHostAsync(Cancellation)).ShouldNotBeNull();

        var late = Domain("late");
        await Lab.StopOperatorAsync(Cancellation);
        await late.ApplyAsync(Cancellation);
        await running.SetPowerStateAsync("Paused", Cancellation);
        await running.UntilAsync("Paused", Cancellation);
        (await late.GetAsync(Cancellation)).Status("host").ShouldBeNullOrEmpty("there is nobody who could have placed it");

        await Lab.StartOperatorAsync(Cancellation);
        await late.UntilAsync("Running", Cancellation);
        (await running.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(before.Domid);
        await running.DeleteAsync(Cancellation);
        await late.DeleteAsync(Cancellation);
    }
}
