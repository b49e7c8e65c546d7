using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>What is copied to a new volume: exactly one of the fields.</summary>
[ValidationRule("has(self.volume) != has(self.http)", "exactly one of volume and http must be given")]
public sealed record VolumeOrigin
{
    /// <summary>Another volume, of this pool or of one that the host reaches too. No guest may be writing to it.</summary>
    public VolumeReference? Volume { get; init; }

    /// <summary>A file that is fetched. It has the format of the volume.</summary>
    public HttpOrigin? Http { get; init; }
}
