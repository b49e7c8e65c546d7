using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>What is copied to a new volume: exactly one of the fields.</summary>
[ValidationRule("has(self.volume) != has(self.http)", "exactly one of volume and http must be given")]
public sealed record VolumeOrigin
{
    /// <summary>Another volume of the same pool.</summary>
    public VolumeReference? Volume { get; init; }

    /// <summary>A file that is fetched.</summary>
    public HttpOrigin? Http { get; init; }
}
