namespace Reconciler.Xen.Light.Worker;

/// <summary>A line on a worker's standard error.</summary>
/// <param name="WorkerPid">Process id of the worker.</param>
/// <param name="Operation">What it was doing: <c>create-paused</c>; null between operations.</param>
/// <param name="Text">The line, as libxl or a script wrote it.</param>
public readonly record struct WorkerLogLine(int WorkerPid, string? Operation, string Text);
