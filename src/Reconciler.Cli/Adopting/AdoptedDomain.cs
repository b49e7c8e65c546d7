using System.Globalization;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;
using Reconciler.Cli.Importing;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Cli.Adopting;

/// <summary>The manifest of a Domain that takes over a domain of a host. Pure.</summary>
internal static class AdoptedDomain
{
    /// <param name="host">The XenHost that it runs on.</param>
    /// <param name="found">What its agent tells of it.</param>
    /// <param name="name">Of the Domain; null: that of the domain, as far as it can be.</param>
    /// <param name="namespace">Of the Domain.</param>
    /// <param name="networkOf">The XenNetwork of a bridge.</param>
    /// <exception cref="CommandException">It can't be a Domain.</exception>
    public static Domain Of(string host, HostAdoptable found, string? name, string @namespace, Func<string, string> networkOf)
    {
        if (found.Type is not { } type) throw new CommandException($"{found.Name} is an HVM guest, which no Domain can be yet. Keep it with xl");
        if (found.Kernel is not { } kernel)
        {
            throw new CommandException(
                $"{found.Name} did not boot a kernel of the host ({string.Join(" ", found.NotExpressed ?? [])}), and a Domain has to. Copy kernel and ramdisk out of the guest, write a manifest with spec.boot, and "
                + $"spec.adopt: {{name: {found.Name}, uuid: {found.Uuid}}} and spec.placement.hostName: {host} in it; kubectl xen adopt -o yaml of another guest shows the form");
        }

        var domain = new Domain
        {
            ApiVersion = Domain.Definition.ApiVersion,
            Kind = Domain.Definition.Kind,
            Metadata = new ObjectMeta
            {
                Name = name ?? ObjectName.Of(found.Name) ?? throw new CommandException($"Nothing of {found.Name} can be the name of an object: lower-case letters, digits, '-' and '.'. Give one with --name"),
                Namespace = @namespace,
            },
            Spec = new DomainSpec
            {
                PowerState = found.PowerState,
                RestartPolicy = found.RestartPolicy,
                Type = type,
                Cpu = new CpuSpec { Vcpus = found.Vcpus },
                Memory = new MemorySpec { Size = found.Memory },
                Boot = new BootSpec { Kernel = kernel, Ramdisk = found.Ramdisk, Cmdline = found.Cmdline },
                VbdTemplates = found.Disks is { Count: > 0 } disks ? [.. disks.Select(Disk)] : null,
                VifTemplates = found.Nics is { Count: > 0 } nics ? [.. nics.Select(nic => Nic(nic, networkOf))] : null,
                Adopt = new AdoptSpec { Name = found.Name, Uuid = found.Uuid },
                Placement = new PlacementSpec { HostName = host },
            },
        };
        return DomainValidation.Validate(domain) is [var error, ..] ? throw new CommandException($"{found.Name} can't be a Domain: {error}") : domain;
    }

    private static VbdTemplate Disk(HostAdoptableDisk disk) => new()
    {
        Device = disk.Device,
        Mode = disk.ReadOnly == true ? VbdMode.ReadOnly : null,
        Type = disk.Cdrom == true ? VbdType.CDROM : null,
        Source = disk.Path.StartsWith("/dev/", StringComparison.Ordinal)
            ? new VbdSource { BlockDevice = new BlockDeviceSource { Path = disk.Path } }
            : new VbdSource { File = new FileSource { Path = disk.Path, Format = disk.Format == DiskFormat.Qcow2 ? DiskFormat.Qcow2 : null } },
    };

    private static VifTemplate Nic(HostAdoptableNic nic, Func<string, string> networkOf) => new()
    {
        Index = nic.Index,
        Network = networkOf(nic.Bridge),
        MacAddress = nic.MacAddress,
        Mtu = nic.Mtu,
        Rate = nic.RateBytesPerSecond is { } rate ? RateOf(rate) : null,
    };

    /// <summary>A rate has at most nine digits.</summary>
    private static string RateOf(long bytesPerSecond) =>
        bytesPerSecond < 1_000_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond}B/s") : string.Create(CultureInfo.InvariantCulture, $"{bytesPerSecond / 1000}KB/s");
}
