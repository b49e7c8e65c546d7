using Reconciler.Api.Storage;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Tests.Validation;

public sealed class XenStoragePoolValidationTests
{
    private static readonly DirectoryPool Directory = new() { Path = "/srv/pool" };

    private static readonly LvmPool Lvm = new() { VolumeGroup = "vg0" };

    public static TheoryData<XenStoragePoolSpec> Good =>
    [
        new XenStoragePoolSpec { Directory = Directory },
        new XenStoragePoolSpec { Lvm = Lvm with { ThinPool = "thin" } },
        new XenStoragePoolSpec { BlockDevices = new BlockDevicePool { Directory = "/dev/disk/by-id" } },
        new XenStoragePoolSpec { Directory = Directory, Hosts = [new StoragePoolHost { Name = "xen-2", Directory = new DirectoryPool { Path = "/mnt" } }] },
    ];

    public static TheoryData<string, XenStoragePoolSpec> Bad => new()
    {
        { "spec: missing: exactly one of directory, lvm and blockDevices must be given.", new() },
        { "spec: \"more than one\": exactly one", new() { Directory = Directory, Lvm = Lvm } },
        { "spec.directory.path: pool: not an absolute path.", new() { Directory = new DirectoryPool { Path = "pool" } } },
        { "spec.lvm.volumeGroup: vg/0: not the name of a volume group", new() { Lvm = new LvmPool { VolumeGroup = "vg/0" } } },
        { "spec.lvm.volumeGroup: -rf: not the name of a volume group", new() { Lvm = new LvmPool { VolumeGroup = "-rf" } } },
        { "spec.lvm.thinPool: ..: not the name of a thin pool", new() { Lvm = Lvm with { ThinPool = ".." } } },
        {
            "spec.hosts[xen-2].lvm: \"\": the pool is of the type directory.",
            new() { Directory = Directory, Hosts = [new StoragePoolHost { Name = "xen-2", Lvm = Lvm }] }
        },
        {
            "spec.hosts[Xen_2].name: Xen_2: not the name of a XenHost",
            new() { Directory = Directory, Hosts = [new StoragePoolHost { Name = "Xen_2", Directory = Directory }] }
        },
        {
            "spec.hosts[a]: a: the host is named more than once.",
            new() { Directory = Directory, Hosts = [new StoragePoolHost { Name = "a", Directory = Directory }, new StoragePoolHost { Name = "a", Directory = Directory }] }
        },
        { "spec.hosts[a]: missing: exactly one", new() { Directory = Directory, Hosts = [new StoragePoolHost { Name = "a" }] } },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void What_a_pool_can_be_is_accepted(XenStoragePoolSpec spec) => Validate(spec).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_a_pool_can_t_be_is_refused_with_field_value_and_remedy(string message, XenStoragePoolSpec spec)
    {
        var error = Validate(spec).ShouldHaveSingleItem();
        error.ToString().ShouldStartWith(message);
        error.Remedy.ShouldNotBeEmpty();
    }

    private static IReadOnlyList<FieldError> Validate(XenStoragePoolSpec spec) => XenStoragePoolValidation.Validate(Sample.Pool() with { Spec = spec });
}
