using System.Globalization;
using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>The agent's cgroup is killed with all that is in it, which is how a container runtime ends a pod.</summary>
[Collection(Disruptions.Name)]
public sealed class PodDeathTests(LineLab lab) : LineTest(lab)
{
    private string Image => $"/srv/{Namespace}.qcow2";

    [Fact]
    public async Task Workers_guests_and_the_QEMUs_of_their_disks_are_outside_of_the_agents_cgroup_and_outlive_it()
    {
        await Lab.Xen.ExecAsync($"qemu-img create -q -f qcow2 {Image} 16M", Cancellation);
        var domain = new DomainUnderTest(Lab, Namespace, "outside")
        {
            VbdTemplates = [$"{{device: xvda, source: {{file: {{path: {Image}, format: Qcow2}}}}}}"],
        };
        var disk = new DeviceUnderTest(Lab, "vbd", Namespace, "outside-xvda");
        var death = Lab.KillAgentPodDuringCreateAsync(domain.XenName, Cancellation);
        await domain.ApplyAsync(Cancellation);
        var domid = await death;

        // Nobody but the worker can have finished it: the next agent would have cleared away half a domain and made another one.
        await Lab.StartAgentAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        var running = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        running.Domid.ShouldBe(domid);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        // Beside short-lived tools of the agent, such as the look at an image.
        var agent = await Lab.AgentProcessIdAsync(Cancellation);
        await Eventually.HoldsAsync(
            "only the agent is in its cgroup", async () => await Lab.ProcessesAsync(LineLab.AgentCgroup, Cancellation), there => there.SequenceEqual([agent]),
            TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), Cancellation);
        var deviceModel = int.Parse(await Lab.Xen.ExecAsync($"xenstore-read /local/domain/{domid}/image/device-model-pid", Cancellation), CultureInfo.InvariantCulture);
        (await Lab.ProcessesAsync(LineLab.WorkerCgroup, Cancellation)).ShouldContain(deviceModel);
        await Lab.Xen.GuestExecAsync(domain.XenName, "echo before | dd of=/dev/xvda bs=4k seek=1 conv=fsync", Cancellation);

        await Lab.KillAgentPodAsync(Cancellation);
        var orphaned = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        orphaned.Domid.ShouldBe(domid);
        orphaned.IsRunning.ShouldBeTrue(orphaned.State);
        (await Lab.ProcessesAsync(LineLab.WorkerCgroup, Cancellation)).ShouldContain(deviceModel);
        (await Lab.Xen.GuestExecAsync(
            domain.XenName, "echo 3 >/proc/sys/vm/drop_caches; dd if=/dev/xvda bs=4k skip=1 count=1 2>/dev/null | head -n 1; echo after | dd of=/dev/xvda bs=4k seek=2 conv=fsync", Cancellation))
            .ShouldStartWith("before");

        await Lab.StartAgentAsync(Cancellation);
        await domain.SetPowerStateAsync("Paused", Cancellation);
        await domain.UntilAsync("Paused", Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(domid);
        await domain.SetPowerStateAsync("Running", Cancellation);
        await disk.UntilAsync("True/Attached", Cancellation);

        await Lab.Xen.ExecAsync($"kill -9 {deviceModel}", Cancellation);
        (await disk.UntilAsync("False/BackendFailed", Cancellation)).ConditionMessage("Ready").ShouldNotBeNull().ShouldContain("QEMU");
        await domain.DeleteAsync(Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestPoweredOff, times: 1, Cancellation);
        (await domain.ConsoleAsync(Cancellation)).Split(XenHostLab.GuestReady).Length.ShouldBe(2, "the guest has booted once");
    }
}
