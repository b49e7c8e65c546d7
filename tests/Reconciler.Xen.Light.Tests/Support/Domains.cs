using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Tests.Support;

internal static class Domains
{
    public static DesiredDomain Desired(DomainType type = DomainType.Pvh) => new()
    {
        Uuid = Guid.Parse("0a0b0c0d-1111-2222-3333-444455556666"),
        Namespace = "default",
        Name = "web",
        Generation = 3,
        Type = type,
        Vcpus = 2,
        MemoryKiB = 192 * 1024,
        Boot = new DirectBoot("/boot/vmlinuz", "/boot/initrd", "console=hvc0 root=/dev/xvda \"quoted\" ü"),
        Power = DesiredPower.Running,
    };

    public static DomainMark Mark(DesiredDomain? domain = null)
    {
        domain ??= Desired();
        return new DomainMark
        {
            Uuid = domain.Uuid,
            Namespace = domain.Namespace,
            Name = domain.Name,
            Generation = domain.Generation,
            BootedWith = domain,
            CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        };
    }

    public static DesiredDisk Disk(Guid? uid = null) => new()
    {
        ObjectUid = uid ?? Guid.Parse("11111111-1111-1111-1111-111111111111"),
        ObjectName = "data",
        Device = "xvdb",
        DevId = 51728,
        Path = "/nowhere/data.img",
    };

    public static DesiredNic Nic(string mac = "00:16:3e:00:00:01") => new()
    {
        ObjectUid = Guid.Parse("22222222-2222-2222-2222-222222222222"),
        ObjectName = "lan",
        Index = 0,
        Mac = mac,
        Bridge = "xenbr0",
    };
}
