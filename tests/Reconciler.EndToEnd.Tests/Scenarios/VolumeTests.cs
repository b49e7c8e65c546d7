using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>Volumes on dom0's own LVM, file system and loop devices, as a guest and dom0 see them.</summary>
[Collection(FirstLine.Name)]
public sealed class VolumeTests(LineLab lab) : LineTest(lab)
{
    private const string Attached = "True/Attached";

    /// <summary>The volume group on the lab's empty disk; the lab's agent allows it.</summary>
    private const string Group = "lab";

    private string Folder => $"/srv/{Namespace}";

    [Fact]
    public async Task Volumes_are_fetched_copied_and_made_grow_under_a_guest_and_go_with_their_disks()
    {
        // Thick volumes are made of what was on the disk: here of ones, which are made once and copied (in dom0 tr takes as long over 128 MiB as a guest to boot).
        await Lab.Xen.ExecAsync(
            $"mkdir -p {Folder}/web && head -c 2097152 /dev/urandom >{Folder}/web/image && truncate -s 6M {Folder}/web/image && busybox httpd -p 127.0.0.1:8731 -h {Folder}/web; "
            + $"vgs {Group} >/dev/null 2>&1 || {{ rm -rf /dev/{Group}; head -c 8388608 /dev/zero | tr '\\0' '\\377' >/run/ones; for i in $(seq 16); do cat /run/ones; done >/dev/vdc; rm /run/ones; pvcreate -q -ff -y /dev/vdc && vgcreate -q {Group} /dev/vdc && lvcreate -q -y --type thin-pool -L 64M -n thin {Group}; }}",
            Cancellation);
        var sum = (await Lab.Xen.ExecAsync($"sha256sum {Folder}/web/image", Cancellation))[..64];
        await ApplyPoolsAsync();
        var domain = new DomainUnderTest(Lab, Namespace, "volumes") { WaitForVbds = ["fetched", "thick"] };
        var (fetched, thick, copy) = (Vbd("fetched"), Vbd("thick"), Vbd("copy"));

        await fetched.ApplyAsync(Disk("xvdb", "thin", "fetched", $"8Mi, from: {{http: {{url: \"http://127.0.0.1:8731/image\", sha256: \"{new string('0', 64)}\"}}}}"), Cancellation);
        await thick.ApplyAsync(Disk("xvdc", "thick", "thick", "8Mi"), Cancellation);
        await domain.ApplyAsync(Cancellation);
        await fetched.UntilAsync("False/ChecksumMismatch", Cancellation);
        (await Lab.Xen.ExecAsync($"lvs --noheadings -o lv_name {Group}", Cancellation)).ShouldNotContain(".unfinished");

        await fetched.ApplyAsync(Disk("xvdb", "thin", "fetched", $"8Mi, from: {{http: {{url: \"http://127.0.0.1:8731/image\", sha256: \"{sum}\"}}}}"), Cancellation);
        await domain.UntilAsync("Running", Cancellation);
        await domain.UntilConsoleAsync(XenHostLab.GuestReady, times: 1, Cancellation);
        (await Lab.Xen.GuestExecAsync(domain.XenName, "head -c 6291456 /dev/xvdb | sha256sum", Cancellation))[..64].ShouldBe(sum);
        (await Lab.Xen.GuestExecAsync(domain.XenName, "tr -d '\\0' </dev/xvdc | wc -c", Cancellation)).Trim().ShouldBe("0", "nothing of what was on the disk before");

        // The guest may write to the one, and nobody to the image beside.
        await copy.ApplyAsync(Disk("xvdd", "files", "copy", $"8Mi, from: {{volume: {{pool: {Namespace}-thin, name: fetched}}}}"), Cancellation);
        await copy.UntilAsync("False/SourceBusy", Cancellation);
        await copy.ApplyAsync(Disk("xvdd", "files", "copy", "8Mi, from: {volume: {name: golden}}"), Cancellation);
        await copy.UntilAsync("False/SourceNotFound", Cancellation);
        await Lab.Xen.ExecAsync($"cp {Folder}/web/image {Folder}/golden", Cancellation);
        await copy.UntilAsync(Attached, Cancellation);

        await copy.ApplyAsync(Disk("xvdd", "files", "copy", "16Mi, from: {volume: {name: golden}}"), Cancellation);
        await thick.ApplyAsync(Disk("xvdc", "thick", "thick", "16Mi"), Cancellation);
        (await copy.UntilAsync(Attached, Cancellation)).Status("size").ShouldBe("16Mi");
        await Eventually.HoldsAsync(
            "the guest's kernel sees the new sizes",
            () => Lab.Xen.GuestExecAsync(domain.XenName, "cat /sys/block/xvdc/size /sys/block/xvdd/size", Cancellation),
            sectors => sectors.Split().Count(word => word == "32768") == 2,
            TimeSpan.FromSeconds(120),
            TimeSpan.FromSeconds(1),
            Cancellation);
        (await Lab.Xen.GuestExecAsync(domain.XenName, "tr -d '\\0' </dev/xvdc | wc -c", Cancellation)).Trim().ShouldBe("0", "nor in what it has grown by");

        // A disk that outlives its Domain takes its volume with it all the same.
        await copy.DeleteAsync(Cancellation);
        await domain.DeleteAsync(Cancellation);
        await thick.DeleteAsync(Cancellation);
        await fetched.DeleteAsync(Cancellation);
        (await Lab.Xen.ExecAsync($"lvs --noheadings -o lv_name {Group}", Cancellation)).Trim().ShouldBe("thin");
        (await Lab.Xen.ExecAsync($"ls -A {Folder}; /usr/sbin/losetup -a", Cancellation)).ShouldNotContain("copy");
    }

    private Task ApplyPoolsAsync() => Lab.Kubectl.ApplyAsync(
        $$"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: XenStoragePool
        metadata: {name: {{Namespace}}-files}
        spec: {directory: {path: {{Folder}} } }
        ---
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: XenStoragePool
        metadata: {name: {{Namespace}}-thick}
        spec: {lvm: {volumeGroup: {{Group}} } }
        ---
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: XenStoragePool
        metadata: {name: {{Namespace}}-thin}
        spec: {lvm: {volumeGroup: {{Group}}, thinPool: thin} }
        """,
        Cancellation);

    private DeviceUnderTest Vbd(string name) => new(Lab, "vbd", Namespace, name);

    private string Disk(string device, string pool, string volume, string create) =>
        $"domain: volumes\ndevice: {device}\nsource: {{volume: {{pool: {Namespace}-{pool}, name: {volume}, reclaim: Delete, create: {{size: {create}}}}}}}";
}
