using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Hosts;

namespace Reconciler.Operator.Tests.Devices;

public sealed class SilentDeviceTests
{
    [Fact]
    public void A_disk_of_a_host_whose_agent_is_silent_is_unknown_until_the_agent_speaks_of_it() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyPoolAsync();
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.ApplyVbdAsync("disk");
        await rig.UntilPlacedAsync("web");
        await rig.UntilGivenAsync("disk");
        await rig.ReportAsync("web", "True", "Running");
        await rig.ReportAttachedAsync("disk");

        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilReadyAsync("disk", "Unknown AgentSilent");
        var disk = (await rig.GetAsync<Vbd>("disk"))!;
        disk.Status!.Host.ShouldBe("xen-1");

        // The host and the Domain are known again; of the disk nothing was said yet.
        await rig.ApplyHostAsync("xen-1");
        await rig.ReportAsync("web", "True", "Running");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        DeviceRig.Say((await rig.GetAsync<Vbd>("disk"))!.Status!.Conditions, DeviceReadyCondition.Type).ShouldBe("Unknown AgentSilent");

        await rig.ReportAttachedAsync("disk");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        DeviceRig.Say((await rig.GetAsync<Vbd>("disk"))!.Status!.Conditions, DeviceReadyCondition.Type).ShouldBe("True Attached");
    });

    [Fact]
    public void A_disk_follows_its_domain_to_another_host_and_waits_for_the_agent_there() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyPoolAsync(spec: new() { Shared = true, Directory = new() { Path = "/srv" } });
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.ApplyVbdAsync("disk");
        await rig.UntilPlacedAsync("web");
        await rig.UntilGivenAsync("disk");
        await rig.ReportAsync("web", "True", "Running");
        await rig.ReportAttachedAsync("disk");
        await rig.ApplyHostAsync("xen-2");
        await rig.RenewLeaseAsync("xen-1");
        await rig.UntilReadyAsync("disk", "Unknown AgentSilent");
        await rig.FenceAsync("xen-1");
        await rig.UntilAsync<Vbd>("disk", disk => disk.Status!.Host == "xen-2" && DeviceRig.Label(disk) == "xen-2");
        await rig.UntilReadyAsync("disk", "False WaitingForAgent");
    });
}
