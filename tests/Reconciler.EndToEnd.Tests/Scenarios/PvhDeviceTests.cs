using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(SecondLine.Name)]
public sealed class PvhDeviceTests(AllGuestsLineLab lab) : DeviceScenario(lab)
{
    [Fact]
    public Task A_PVH_guest_boots_from_its_disk_and_sees_disks_and_a_NIC_come_and_go() => LiveAsync("PVH", "192.168.77.22");
}
