using Reconciler.Agent.Mapping;

namespace Reconciler.Agent.Storage.Work;

/// <summary>Why a volume can't be made, filled, grown or deleted.</summary>
/// <param name="reason">Of the device's Ready.</param>
/// <param name="message">For people: what, why, and what to do.</param>
/// <param name="inner">What it comes from.</param>
internal sealed class VolumeException(string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    public Problem Problem => new(reason, Message);

    /// <summary>When it is worth another try; null: as the back-off has it.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
