using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>A domain from its first apply through every power state to its end, each step seen by <c>xl list</c> in dom0 and by the guest itself.</summary>
internal static class Lifecycle
{
    public static async Task RunAsync(DomainUnderTest domain, Kubectl kubectl, CancellationToken cancellation)
    {
        await domain.ApplyAsync(cancellation);
        var running = await domain.UntilAsync("Running", cancellation);
        var first = (await domain.OnHostAsync(cancellation)).ShouldNotBeNull();
        first.IsRunning.ShouldBeTrue(first.State);
        first.Uuid.ShouldBe(running.Uid(), "the domain's UUID is the object's uid");
        first.MemoryMiB.ShouldBe(64);
        running.Status("host").ShouldBe(LineLab.Node);
        running.Status("domid").ShouldBe($"{first.Domid}");
        running.Condition("Accepted").ShouldBe("True/Valid");
        running.Condition("Placed").ShouldBe("True/Placed");
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, cancellation);

        await domain.SetPowerStateAsync("Paused", cancellation);
        await domain.UntilAsync("Paused", cancellation);
        var paused = (await domain.OnHostAsync(cancellation)).ShouldNotBeNull();
        paused.IsPaused.ShouldBeTrue(paused.State);
        paused.Domid.ShouldBe(first.Domid);

        await domain.SetPowerStateAsync("Running", cancellation);
        await domain.UntilAsync("Running", cancellation);
        var unpaused = (await domain.OnHostAsync(cancellation)).ShouldNotBeNull();
        unpaused.IsRunning.ShouldBeTrue(unpaused.State);
        unpaused.Domid.ShouldBe(first.Domid);

        await domain.SetPowerStateAsync("Halted", cancellation);
        var halted = await domain.UntilAsync("Halted", cancellation);
        (await domain.OnHostAsync(cancellation)).ShouldBeNull();
        halted.Status("lastShutdown.method").ShouldBe("Clean");
        halted.Status("domid").ShouldBeNullOrEmpty();
        await domain.UntilConsoleAsync(XenHostLab.GuestPoweredOff, times: 1, cancellation);

        await domain.SetPowerStateAsync("Running", cancellation);
        await domain.UntilAsync("Running", cancellation);
        var second = (await domain.OnHostAsync(cancellation)).ShouldNotBeNull();
        second.Uuid.ShouldBe(first.Uuid);
        second.Domid.ShouldNotBe(first.Domid);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 2, cancellation);
        (await kubectl.DiffAsync(domain.Manifest, cancellation)).ShouldBeEmpty("nobody but the user writes the spec");

        await domain.DeleteAsync(cancellation);
        (await domain.OnHostAsync(cancellation)).ShouldBeNull("the object goes only when nothing of the domain is left on the host");
        await domain.UntilConsoleAsync(XenHostLab.GuestPoweredOff, times: 2, cancellation);
    }
}
