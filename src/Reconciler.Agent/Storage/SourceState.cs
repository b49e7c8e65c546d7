using Reconciler.Agent.Mapping;
using Reconciler.Agent.Storage.Work;

namespace Reconciler.Agent.Storage;

/// <summary>What a look at a disk's source found: either its path or a problem.</summary>
internal sealed record SourceState
{
    /// <summary>The real path in dom0, every link followed: what is attached.</summary>
    public string? Path { get; private init; }

    /// <summary>Bytes that the guest sees; null: not known.</summary>
    public long? Size { get; private init; }

    /// <summary>Why it can't be attached, with a reason of the device's Ready.</summary>
    public Problem? Problem { get; private init; }

    /// <summary>How far the work on the volume is that ends the problem; null: there is none going on.</summary>
    public VolumeProgress? Progress { get; init; }

    public static SourceState Usable(string path, long? size) => new() { Path = path, Size = size };

    public static SourceState Unusable(string reason, string message) => new() { Problem = new Problem(reason, message) };
}
