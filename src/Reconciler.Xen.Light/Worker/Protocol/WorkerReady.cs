namespace Reconciler.Xen.Light.Worker.Protocol;

/// <summary>The worker's first line.</summary>
internal sealed record WorkerReady
{
    public required int Protocol { get; init; }

    public required int Pid { get; init; }

    /// <summary>The library in use: <c>libxenlight.so.4.17</c>.</summary>
    public string? Soname { get; init; }

    /// <summary>Why it is still in the agent's cgroup; null when it moved, or was not asked to.</summary>
    public string? CgroupError { get; init; }

    /// <summary>Why it can't work. It ends after this.</summary>
    public WorkerError? Error { get; init; }
}
