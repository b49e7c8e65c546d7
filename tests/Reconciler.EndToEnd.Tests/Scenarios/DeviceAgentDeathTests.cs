using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>
/// The agent dies in the middle of attaches and detaches, and its workers with it. Where they have written nothing but the mark is shown
/// without a lab (Reconciler.Xen.Light.Tests, DeviceOperationsTests).
/// </summary>
[Collection(Disruptions.Name)]
public sealed class DeviceAgentDeathTests(LineLab lab) : LineTest(lab)
{
    private const int DevId = 51728; // xvdb

    private string Image => $"/srv/{Namespace}.img";

    [Fact(Skip = "fails at times: after an attach that was cut short libxl can't add the device again (its backend does not get to InitWait) while the guest runs; the cause is not known yet")]
    public async Task Wherever_an_attach_or_a_detach_is_cut_short_it_is_brought_to_its_end_and_leaves_nothing()
    {
        await Lab.Xen.ExecAsync($"truncate -s 16M {Image}", Cancellation);
        var domain = Domain("plugged");
        await domain.ApplyAsync(Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        var before = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        var startTime = await Lab.StartTimeAsync(before.Uuid, Cancellation);

        var libxl = $"/libxl/{before.Domid}/device/vbd/{DevId}";
        var backend = $"/local/domain/0/backend/vbd/{before.Domid}/{DevId}";
        var frontend = $"/local/domain/{before.Domid}/device/vbd/{DevId}";
        (string Attaching, string Detaching)[] rounds =
        [
            ($"xenstore-exists {libxl}", $"[ \"$(xenstore-read {frontend}/state)\" = 6 ]"),
            ($"xenstore-exists {backend}/node", $"! xenstore-exists {backend}"),
        ];
        foreach (var (attaching, detaching) in rounds)
        {
            var disk = new DeviceUnderTest(Lab, "vbd", Namespace, "disk");
            var death = Lab.KillAgentAndWorkersWhenAsync(attaching, Cancellation);
            await disk.ApplyAsync($"domain: plugged\ndevice: xvdb\nsource: {{file: {{path: {Image}}}}}", Cancellation);
            await death;
            await Lab.StartAgentAsync(Cancellation);
            await disk.UntilAsync("True/Attached", Cancellation);
            (await ListAsync($"xenstore-list /libxl/{before.Domid}/device/vbd")).ShouldBe([$"{DevId}"], attaching);
            (await ListAsync($"/usr/sbin/losetup -n -O NAME -j {Image}")).Length.ShouldBe(1, attaching);
            await Lab.Xen.GuestExecAsync(domain.XenName, "head -c 4096 /dev/xvdb >/dev/null", Cancellation);

            death = Lab.KillAgentAndWorkersWhenAsync(detaching, Cancellation);
            await disk.RequestDeleteAsync(Cancellation);
            await death;
            await Lab.StartAgentAsync(Cancellation);
            await disk.UntilGoneAsync(Cancellation);
            (await ListAsync($"xenstore-ls -f | grep -E '/vbd/({before.Domid}/)?{DevId}' || true")).ShouldBeEmpty(detaching);
            (await ListAsync($"/usr/sbin/losetup -n -O NAME -j {Image}")).ShouldBeEmpty(detaching);
        }

        var after = (await domain.OnHostAsync(Cancellation)).ShouldNotBeNull();
        after.Domid.ShouldBe(before.Domid);
        (await Lab.StartTimeAsync(after.Uuid, Cancellation)).ShouldBe(startTime);
        (await ListAsync($"ls /var/lib/xen | grep -c '^userdata.*{before.Uuid}.reconciler'")).ShouldBe(["1"], "its mark, and no half of one");
        (await domain.ConsoleAsync(Cancellation)).Split(XenHostLab.GuestReady).Length.ShouldBe(2, "the guest has booted once");
        await domain.DeleteAsync(Cancellation);
    }

    private async Task<string[]> ListAsync(string command) =>
        (await Lab.Xen.ExecAsync(command, Cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
