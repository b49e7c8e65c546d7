using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime;

/// <summary>What every loop of the runtime needs from outside: time, chance, and where to tell how it fares.</summary>
public sealed record RuntimeServices
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Jitter. Must be safe for concurrent use, as <see cref="Random.Shared"/> is.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <summary>What is counted.</summary>
    public required RuntimeMetrics Metrics { get; init; }

    /// <summary>What the probes answer.</summary>
    public required OperatorHealth Health { get; init; }
}
