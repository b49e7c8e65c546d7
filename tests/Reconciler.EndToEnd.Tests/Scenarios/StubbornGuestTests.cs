using System.Globalization;
using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Where nothing else keeps the host busy: what is seen within the grace period is seen by a clock.</summary>
[Collection(Disruptions.Name)]
public sealed class StubbornGuestTests(LineLab lab) : LineTest(lab)
{
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_guest_that_ignores_shutdown_is_forced_only_after_its_grace_period_and_status_and_event_say_so()
    {
        var domain = new DomainUnderTest(Lab, Namespace, "stubborn")
        {
            ExtraCommandLine = "ignore-shutdown",
            GracePeriodSeconds = (int)GracePeriod.TotalSeconds,
        };
        await domain.ApplyAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);

        await domain.SetPowerStateAsync("Halted", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestIgnoresShutdown, times: 1, Cancellation);
        var waiting = await domain.UntilAsync("Ready is ShuttingDown", seen => seen.Condition("Ready") == "False/ShuttingDown", Cancellation);
        waiting.Status("powerState").ShouldBe("ShuttingDown");
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull("the guest has its grace period");

        var halted = await domain.UntilAsync("Halted", Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldBeNull();
        halted.Status("lastShutdown.method").ShouldBe("Forced");
        (Time(halted, "lastShutdown.at") - Time(halted, "lastShutdown.requestedAt")).ShouldBeGreaterThanOrEqualTo(GracePeriod);
        (await domain.ConsoleAsync(Cancellation)).ShouldNotContain(XenHostLab.GuestPoweredOff);
        await domain.UntilEventAsync("Warning", "ShutdownForced", Cancellation);
    }

    private static DateTimeOffset Time(System.Text.Json.JsonElement domain, string path) =>
        DateTimeOffset.Parse(domain.Status(path).ShouldNotBeNull(), CultureInfo.InvariantCulture);
}
