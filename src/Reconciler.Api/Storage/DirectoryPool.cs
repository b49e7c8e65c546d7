using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Storage;

/// <summary>A pool that is a directory: each volume is a file.</summary>
public sealed record DirectoryPool
{
    /// <summary>Absolute path of the directory on the hosts, where their policy allows it.</summary>
    [Length(1, BootSpec.MaximumPathLength)]
    [Pattern(BootSpec.AbsolutePath)]
    public required string Path { get; init; }
}
