using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>One guest with more disks than one major number has, and what becomes of them under load, on a full and on a vanished disk.</summary>
[Collection(FirstLine.Name)]
public sealed class ManyDisksTests(LineLab lab) : LineTest(lab)
{
    private const string Attached = "True/Attached";

    /// <summary>A guest has 16 disks under the major number of xvd; the 17th has an extended number (xen-vbd-interface(7)).</summary>
    private static readonly char[] Letters = [.. "abcdefghijklmnopq"];

    private string Folder => $"/srv/{Namespace}";

    [Fact]
    public async Task Seventeen_disks_come_at_once_and_go_whatever_their_guest_and_their_host_do_with_them()
    {
        await PrepareAsync();

        // The drivers of so many disks hold more buffers than a small guest has memory.
        var domain = new DomainUnderTest(Lab, Namespace, "many") { Memory = "256Mi" };
        await domain.ApplyAsync(Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        var started = (await domain.GetAsync(Cancellation)).Status("startedAt");

        await Lab.Kubectl.ApplyAsync(string.Join("\n---\n", Letters.Select(letter => Vbd($"disk-{letter}").Manifest(Source(letter)))), Cancellation);
        foreach (var letter in Letters) await Vbd($"disk-{letter}").UntilAsync(Attached, Cancellation);
        (await InGuestAsync("ls -d /sys/block/xvd? | wc -l")).ShouldBe("17");

        await Vbd("taken").ApplyAsync(Disk('b', "file: {path: /srv/nothing}"), Cancellation);
        var taken = await Vbd("taken").UntilAsync("False/NotAccepted", Cancellation);
        taken.Condition("Accepted").ShouldBe("False/DeviceTaken");
        taken.ConditionMessage("Accepted").ShouldNotBeNull().ShouldContain("xvdb");
        foreach (var device in (string[])["sda", "xvd1", "xvdaaa"])
        {
            var refused = await Should.ThrowAsync<LabException>(() => Vbd("wrong").ApplyAsync($"domain: many\ndevice: {device}", Cancellation));
            refused.Message.ShouldContain("device");
        }

        await FillAsync();
        await VanishAsync();
        await UnplugUnderLoadAsync(domain);

        await Lab.Kubectl.RunAsync(Cancellation, "-n", Namespace, "delete", "vbd", "--all", "--timeout=600s");
        (await InGuestAsync("ls /sys/block | grep -c xvd || true")).ShouldBe("0");
        (await Lab.Xen.ExecAsync("/usr/sbin/losetup -a", Cancellation)).ShouldNotContain($"{Folder}/disk-");
        (await domain.GetAsync(Cancellation)).Status("startedAt").ShouldBe(started);
        await domain.DeleteAsync(Cancellation);

        async Task<string> InGuestAsync(string command) => (await Lab.Xen.GuestExecAsync(domain.XenName, command, Cancellation)).Trim();

        // A sparse image that promises more than its file system has.
        async Task FillAsync()
        {
            (await Lab.Xen.TryGuestExecAsync(domain.XenName, "dd if=/dev/zero of=/dev/xvdc bs=64k count=160 conv=fsync", Cancellation)).Succeeded.ShouldBeFalse();
            (await Vbd("disk-c").UntilAsync(Attached, Cancellation)).Status("frontendState").ShouldBe("Connected");
            await Lab.Xen.ExecAsync($"mount -o remount,size=32m {Folder}/full", Cancellation);
            await InGuestAsync("dd if=/dev/zero of=/dev/xvdc bs=64k count=160 conv=fsync");
        }

        async Task VanishAsync()
        {
            await Lab.Xen.ExecAsync($"dmsetup wipe_table {BlockDevice('d')} && rm /dev/disks/{BlockDevice('d')}", Cancellation);
            (await Lab.Xen.TryGuestExecAsync(domain.XenName, "dd if=/dev/zero of=/dev/xvdd bs=4k count=1 conv=fsync", Cancellation)).Succeeded.ShouldBeFalse();

            // Nothing tells of a device that goes; whatever happens to the domain next has the agent look.
            await Vbd("taken").DeleteAsync(Cancellation);
            await Vbd("disk-q").DeleteAsync(Cancellation);
            var vanished = await Vbd("disk-d").UntilAsync("False/SourceNotFound", Cancellation);
            vanished.ConditionMessage("Ready").ShouldNotBeNull().ShouldContain($"/dev/disks/{BlockDevice('d')}");
            vanished.Status("frontendState").ShouldBe("Connected");
            await Vbd("disk-d").DeleteAsync(Cancellation);
            await Lab.Xen.ExecAsync($"dmsetup remove {BlockDevice('d')}", Cancellation);
        }
    }

    /// <summary>The guest writes while it is asked to let go; and before it has, another object asks for the same disk under the same name.</summary>
    private async Task UnplugUnderLoadAsync(DomainUnderTest domain)
    {
        // Direct: there is always a write in flight, and never a flush. Linux 6.1 stops the queue before it lets go, and whoever flushes then waits for
        // ever, the kernel's thread that removes disks with him (seen with xl alone, too). Where the device is gone, dd makes a file of that name.
        await Lab.Xen.GuestExecAsync(
            domain.XenName,
            "echo kept | dd of=/dev/xvdb bs=1M seek=3 conv=fsync; (while [ -b /dev/xvdb ] && dd if=/dev/zero of=/dev/xvdb bs=64k count=16 oflag=direct conv=notrunc; do :; done; [ -b /dev/xvdb ] || rm -f /dev/xvdb; echo LOAD-ENDED >/dev/hvc0) &",
            Cancellation);
        await Vbd("disk-b").RequestDeleteAsync(Cancellation);
        await Vbd("renamed").ApplyAsync(Source('b'), Cancellation);
        await Vbd("disk-b").UntilGoneAsync(Cancellation);
        await domain.UntilConsoleAsync("LOAD-ENDED", times: 1, Cancellation);
        await Vbd("renamed").UntilAsync(Attached, Cancellation);
        (await Lab.Xen.GuestExecAsync(domain.XenName, "dd if=/dev/xvdb bs=1M skip=3 count=1 2>/dev/null | head -n 1", Cancellation)).Trim().ShouldBe("kept");
    }

    private async Task PrepareAsync()
    {
        // Most are block devices of 4 MiB side by side in one file: those need less of dom0 than files, each of which gets a loop device.
        await Lab.Xen.ExecAsync(
            $"mkdir -p {Folder}/full /dev/disks && mount -t tmpfs -o size=4m tmpfs {Folder}/full && truncate -s 16M {Folder}/full/image "
            + $"&& truncate -s {4 * Letters.Length}M {Folder}/under && loop=$(/usr/sbin/losetup -f --show {Folder}/under)"
            + string.Concat(Letters.Select((letter, i) =>
                $" && dmsetup create {BlockDevice(letter)} --table \"0 8192 linear $loop {8192 * i}\" && ln -s /dev/$(dmsetup info -c --noheadings -o blkdevname {BlockDevice(letter)}) /dev/disks/{BlockDevice(letter)}")),
            Cancellation);
        await Lab.Kubectl.ApplyAsync(
            $$"""
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: XenStoragePool
            metadata: {name: {{Namespace}} }
            spec: {directory: {path: {{Folder}} } }
            """,
            Cancellation);
    }

    private DeviceUnderTest Vbd(string name) => new(Lab, "vbd", Namespace, name);

    private string Source(char letter) => letter switch
    {
        'c' => Disk(letter, $"file: {{path: {Folder}/full/image}}"),
        'a' or 'b' => Disk(letter, $"volume: {{pool: {Namespace}, name: disk-{letter}, create: {{size: 4Mi}}}}"),
        _ => Disk(letter, $"blockDevice: {{path: /dev/disks/{BlockDevice(letter)}}}"),
    };

    private string BlockDevice(char letter) => $"{Namespace}-{letter}";

    private static string Disk(char letter, string source) => $"domain: many\ndevice: xvd{letter}\nsource: {{{source}}}";
}
