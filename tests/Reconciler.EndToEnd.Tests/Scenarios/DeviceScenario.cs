using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Disks and NICs of real guests: seen by the guest's kernel, by dom0, and in the status of their objects.</summary>
public abstract class DeviceScenario(LineLab lab) : LineTest(lab)
{
    protected const string Attached = "True/Attached";

    /// <summary>A directory of dom0 that is this test's own, and a pool and a network over the lab's.</summary>
    protected string Folder => $"/srv/{Namespace}";

    /// <summary>A guest boots from its disk, and sees a disk and a NIC come and go.</summary>
    /// <param name="type"><c>PV</c> or <c>PVH</c>.</param>
    /// <param name="address">Its own on the lab's bridge.</param>
    protected async Task LiveAsync(string type, string address)
    {
        await Lab.Xen.ExecAsync($"mkdir -p {Folder} && truncate -s 32M {Folder}/root && /usr/sbin/mke2fs -q -t ext4 {Folder}/root", Cancellation);
        var domain = new DomainUnderTest(Lab, Namespace, "disked")
        {
            Type = type,
            ExtraCommandLine = "root=/dev/xvda",
            VbdTemplates = [Template("xvda", "root")],
        };
        var root = Vbd("disked-xvda");

        // In the order that is worst: what it needs comes last.
        await domain.ApplyAsync(Cancellation);
        await ApplyPoolAndNetworkAsync();
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync("GUEST-ROOT-MOUNTED /dev/xvda", times: 1, Cancellation);
        (await root.UntilAsync(Attached, Cancellation)).Status("backendState").ShouldBe("Connected");
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);

        var data = Vbd("data");
        await data.ApplyAsync(Disk("xvdb", "data", create: "16Mi"), Cancellation);
        var attached = await data.UntilAsync(Attached, Cancellation);
        attached.Status("path").ShouldBe($"{Folder}/data");
        attached.Status("frontendState").ShouldBe("Connected");
        await domain.UntilConsoleAsync("GUEST-UEVENT add block xvdb", times: 1, Cancellation);
        await Lab.Xen.GuestExecAsync(domain.XenName, "echo from-the-guest >/dev/xvdb; sync", Cancellation);
        await data.DeleteAsync(Cancellation);
        await domain.UntilConsoleAsync("GUEST-UEVENT remove block xvdb", times: 1, Cancellation);
        (await Lab.Xen.ExecAsync($"head -c 14 {Folder}/data", Cancellation)).ShouldBe("from-the-guest");
        (await Lab.Xen.ExecAsync("/usr/sbin/losetup -a", Cancellation)).ShouldNotContain($"{Folder}/data", customMessage: "what was set up for the disk went with it");

        var nic = Vif("nic");
        await nic.ApplyAsync($"domain: disked\nindex: 0\nnetwork: {Namespace}\nlockedAddresses: {{ips: [{address}]}}", Cancellation);
        var plugged = await nic.UntilAsync(Attached, Cancellation);
        plugged.Status("macAddress").ShouldNotBeNull().ShouldStartWith("00:16:3e:");
        (await Lab.Xen.GuestExecAsync(domain.XenName, "cat /sys/class/net/eth0/address", Cancellation)).Trim().ShouldBe(plugged.Status("macAddress"));
        await Lab.Xen.GuestExecAsync(
            domain.XenName, $"ip addr add {address}/24 dev eth0 && ip link set eth0 up && ping -c 1 -W 20 192.168.77.1", Cancellation);

        // The neighbour answers: what is lost is lost by the lock. One that it is locked to as well is answered at once.
        var second = $"{address}9";
        var ping = $"ip neigh flush dev eth0; ping -c 1 -W 5 -I {second} 192.168.77.1";
        await Lab.Xen.GuestExecAsync(domain.XenName, $"ip addr add {second}/24 dev eth0", Cancellation);
        (await Lab.Xen.TryGuestExecAsync(domain.XenName, ping, Cancellation)).Succeeded.ShouldBeFalse($"it is locked to {address}");
        await nic.ApplyAsync($"domain: disked\nindex: 0\nnetwork: {Namespace}\nlockedAddresses: {{ips: [{address}, {second}]}}", Cancellation);
        await Eventually.HoldsAsync(
            $"{second} reaches the bridge", () => Lab.Xen.TryGuestExecAsync(domain.XenName, ping, Cancellation), answer => answer.Succeeded,
            TimeSpan.FromSeconds(120), TimeSpan.FromSeconds(1), Cancellation);
        // What a guest's tools would write.
        await Lab.Xen.ExecAsync($"xenstore-write /local/domain/$(xl domid {domain.XenName})/attr/vif/0/ipv4/0 {address}", Cancellation);
        await domain.UntilAsync("its status has its address", seen => seen.Status("ipAddresses")?.Contains(address, StringComparison.Ordinal) == true, Cancellation);
        await nic.DeleteAsync(Cancellation);
        await domain.UntilConsoleAsync("GUEST-UEVENT remove net eth0", times: 1, Cancellation);

        await domain.DeleteAsync(Cancellation);
        await root.UntilGoneAsync(Cancellation);
        (await Lab.Xen.ExecAsync(
            $"mkdir {Folder}/mnt && mount -t ext4 -o loop,ro,noload {Folder}/root {Folder}/mnt && cat {Folder}/mnt/guest-booted; umount {Folder}/mnt", Cancellation))
            .ShouldContain("booted at");
    }

    protected Task ApplyPoolAndNetworkAsync() => Lab.Kubectl.ApplyAsync(
        $$"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: XenStoragePool
        metadata: {name: {{Namespace}} }
        spec: {directory: {path: {{Folder}} } }
        ---
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: XenNetwork
        metadata: {name: {{Namespace}} }
        spec: {bridge: xenbr0}
        """,
        Cancellation);

    protected DeviceUnderTest Vbd(string name) => new(Lab, "vbd", Namespace, name);

    protected DeviceUnderTest Vif(string name) => new(Lab, "vif", Namespace, name);

    protected string Template(string device, string volume) => $"{{device: {device}, source: {{volume: {{pool: {Namespace}, name: {volume}}}}}}}";

    protected string Disk(string device, string volume, string create, string domain = "disked") =>
        $"domain: {domain}\ndevice: {device}\nsource: {{volume: {{pool: {Namespace}, name: {volume}, create: {{size: {create}}}}}}}";
}
