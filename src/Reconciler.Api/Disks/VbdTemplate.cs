using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>A disk of a Domain: the spec of a VBD, whose object the operator makes and keeps.</summary>
[ValidationRule(VbdSpec.SourceOrDrive, VbdSpec.SourceOrDriveMessage)]
[ValidationRule(VbdSpec.DriveTakes, VbdSpec.DriveTakesMessage)]
[ValidationRule(VbdSpec.SharedTakes, VbdSpec.SharedTakesMessage)]
public sealed record VbdTemplate
{
    /// <summary>
    /// The name of the device as the guest sees it: xvda, xvdb, ... xvdz, xvdaa, ... xvdzz. The VBD is called after it:
    /// web-xvda for the Domain web.
    /// </summary>
    [Length(VbdDevice.MinimumLength, VbdDevice.MaximumLength)]
    [Pattern(VbdDevice.Pattern)]
    public required string Device { get; init; }

    /// <inheritdoc cref="VbdSpec.Mode"/>
    [Default(VbdMode.ReadWrite)]
    public VbdMode? Mode { get; init; }

    /// <inheritdoc cref="VbdSpec.Type"/>
    [Default(VbdType.Disk)]
    public VbdType? Type { get; init; }

    /// <inheritdoc cref="VbdSpec.Bootable"/>
    [Default(false)]
    public bool? Bootable { get; init; }

    /// <inheritdoc cref="VbdSpec.Source"/>
    public VbdSource? Source { get; init; }

    /// <inheritdoc cref="VbdSpec.Shareable"/>
    [Default(false)]
    public bool? Shareable { get; init; }

    /// <inheritdoc cref="VbdSpec.Detach"/>
    [Default(DefaultAttribute.EmptyObject)]
    public DetachSpec? Detach { get; init; }

    /// <summary>The spec of the VBD that is made from it.</summary>
    /// <param name="domain">The Domain's name.</param>
    public VbdSpec ToSpec(string domain) => new()
    {
        Domain = domain,
        Device = Device,
        Mode = Mode,
        Type = Type,
        Bootable = Bootable,
        Source = Source,
        Shareable = Shareable,
        Detach = Detach,
    };

    /// <summary>The template of a spec: all but its domain.</summary>
    public static VbdTemplate Of(VbdSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new()
        {
            Device = spec.Device,
            Mode = spec.Mode,
            Type = spec.Type,
            Bootable = spec.Bootable,
            Source = spec.Source,
            Shareable = spec.Shareable,
            Detach = spec.Detach,
        };
    }
}
