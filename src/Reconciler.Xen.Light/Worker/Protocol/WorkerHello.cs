namespace Reconciler.Xen.Light.Worker.Protocol;

/// <summary>The agent's first line: how the worker is to be.</summary>
internal sealed record WorkerHello
{
    public required int Protocol { get; init; }

    public required string StateDirectory { get; init; }

    public required string LockDirectory { get; init; }

    /// <summary>The cgroup to move to; null: stay.</summary>
    public string? Cgroup { get; init; }

    /// <summary>A library file to use; null: probe.</summary>
    public string? Library { get; init; }
}
