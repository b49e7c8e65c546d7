using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Worker.Protocol;

/// <summary>Why an operation failed: judged by the worker, or as libxl returned it, for the agent to judge with libxl's log.</summary>
internal sealed record WorkerError
{
    /// <summary>The kind, where the worker knows it.</summary>
    public XenErrorCode? Code { get; init; }

    public required string Message { get; init; }

    /// <summary>The libxl function that failed.</summary>
    public string? Function { get; init; }

    /// <summary>What it returned: an ERROR_* of libxl.</summary>
    public int Result { get; init; }
}
