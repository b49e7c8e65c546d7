using Reconciler.EndToEnd.Tests.Line;

namespace Reconciler.EndToEnd.Tests.Scenarios;

[Collection(FirstLine.Name)]
public sealed class PvDeviceTests(LineLab lab) : DeviceScenario(lab)
{
    [Fact]
    public Task A_PV_guest_boots_from_its_disk_and_sees_disks_and_a_NIC_come_and_go() => LiveAsync("PV", "192.168.77.21");
}
