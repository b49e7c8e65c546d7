using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>An image file of the host.</summary>
public sealed record FileSource
{
    /// <summary>Absolute path of the file on the host.</summary>
    [Length(1, BootSpec.MaximumPathLength)]
    [Pattern(BootSpec.AbsolutePath)]
    public required string Path { get; init; }

    /// <summary>How the content is laid out: Raw or Qcow2.</summary>
    [Default(DiskFormat.Raw)]
    public DiskFormat? Format { get; init; }
}
