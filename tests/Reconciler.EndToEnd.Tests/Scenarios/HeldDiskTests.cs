using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(SecondLine.Name)]
public sealed class HeldDiskTests(AllGuestsLineLab lab) : DeviceScenario(lab)
{
    [Fact]
    public async Task A_guest_that_does_not_let_go_of_a_disk_keeps_it_and_status_says_so_until_it_does()
    {
        await Lab.Xen.ExecAsync($"mkdir -p {Folder}", Cancellation);
        await ApplyPoolAndNetworkAsync();
        var domain = new DomainUnderTest(Lab, Namespace, "holder")
        {
            ExtraCommandLine = "xen_blkfront.refuse_close=1 write-load=/dev/xvdb",
            WaitForVbds = ["busy"],
        };
        await domain.ApplyAsync(Cancellation);
        await domain.UntilAsync("Ready is WaitingForDevices", seen => seen.Condition("Ready") == "False/WaitingForDevices", Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldBeNull();

        var busy = Vbd("busy");
        await busy.ApplyAsync($"{Disk("xvdb", "busy", create: "16Mi", domain: "holder")}\ndetach: {{timeoutSeconds: 5}}", Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync("GUEST-WRITES /dev/xvdb", times: 1, Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);

        await busy.RequestDeleteAsync(Cancellation);
        var blocked = await busy.UntilAsync("False/DetachBlocked", Cancellation);
        blocked.Status("detachRequestedAt").ShouldNotBeNullOrEmpty();
        blocked.Status("backendState").ShouldBe("Closing");
        (await domain.GetAsync(Cancellation)).Status("domid").ShouldNotBeNullOrEmpty();

        await Lab.Xen.GuestExecAsync(domain.XenName, "kill $(cat /tmp/write-load.pid)", Cancellation);
        await busy.UntilGoneAsync(Cancellation);
        await domain.DeleteAsync(Cancellation);
    }
}
