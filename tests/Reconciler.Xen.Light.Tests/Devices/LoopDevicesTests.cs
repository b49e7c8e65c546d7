using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;

namespace Reconciler.Xen.Light.Tests.Devices;

public sealed class LoopDevicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reconciler-loops-").FullName;

    [Fact]
    public void A_loop_device_over_the_file_that_no_backend_has_is_a_leftover()
    {
        Loop(0, "/nowhere/data.img");
        Loop(1, "/nowhere/data.img");
        Loop(2, "/nowhere/other.img");
        Loop(3, null);
        Loop(4, "/nowhere/data.img (deleted)");
        Store store = new(new ServedDisk(3, "/nowhere/data.img", Writable: true, "/dev/loop1"), new ServedDisk(4, "/dev/sdb", Writable: true, LoopDevice: null));
        new LoopDevices(store, _folder, Path.Combine(_folder, "lock")).LeftoversOf("/nowhere/data.img").ShouldBe(["/dev/loop0", "/dev/loop4"], ignoreOrder: true);
    }

    [Fact]
    public void Where_there_is_none_xenstore_is_not_asked()
    {
        Store store = new();
        new LoopDevices(store, _folder, Path.Combine(_folder, "lock")).Release(DeviceMark.Of(Support.Domains.Disk(), DateTimeOffset.UnixEpoch));
        store.Asked.ShouldBeFalse();
    }

    [Fact]
    public void A_sweep_suspects_only_what_is_ours_and_served_to_nobody()
    {
        Loop(0, "/pool/served");
        Loop(1, "/pool/left");
        Loop(2, "/elsewhere/x");
        Store store = new(new ServedDisk(3, "/pool/served", Writable: true, "/dev/loop0"));
        LoopDevices loops = new(store, _folder, Path.Combine(_folder, "lock"));

        loops.Served(loops.All()).ShouldBe([("/dev/loop0", "/pool/served")]);
        // None of them is a device here: nothing is released, and that at the second look only is shown by the lock that it takes.
        LoopSweep sweep = new(store, loops);
        sweep.Run(file => file.StartsWith("/pool/", StringComparison.Ordinal)).ShouldBeEmpty();
        File.Exists(Path.Combine(_folder, "lock")).ShouldBeFalse("one look is none");
        sweep.Run(file => file.StartsWith("/pool/", StringComparison.Ordinal)).ShouldBeEmpty();
        File.Exists(Path.Combine(_folder, "lock")).ShouldBeTrue();
    }

    [Fact]
    public void A_sweep_of_nothing_of_ours_does_not_ask_xenstore()
    {
        Loop(0, "/elsewhere/x");
        Store store = new();

        new LoopSweep(store, new LoopDevices(store, _folder, Path.Combine(_folder, "lock"))).Run(_ => false).ShouldBeEmpty();

        store.Asked.ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Loop(int number, string? file)
    {
        var loop = Directory.CreateDirectory(Path.Combine(_folder, $"loop{number}", file is null ? "queue" : "loop"));
        if (file is not null) File.WriteAllText(Path.Combine(loop.FullName, "backing_file"), file + "\n");
    }

    private sealed class Store(params ServedDisk[] disks) : IDeviceStore
    {
        public bool Asked { get; private set; }

        public IReadOnlyList<ServedDisk> ServedDisks()
        {
            Asked = true;
            return disks;
        }

        public DeviceNodes? Find(int domid, DeviceRef device) => throw new NotSupportedException();

        public void Close(DomainRef domain, DeviceNodes device) => throw new NotSupportedException();

        public void SetRate(DomainRef domain, DeviceNodes device, string? rate) => throw new NotSupportedException();

        public IReadOnlyList<ServedNic> ServedNics() => throw new NotSupportedException();

        public bool HasDeviceModel(int domid) => throw new NotSupportedException();
    }
}
