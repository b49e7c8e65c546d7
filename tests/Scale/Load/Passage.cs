using Reconciler.Api.Domains;

namespace Reconciler.Scale.Load;

/// <summary>A wish that came true.</summary>
/// <param name="State">What was asked for.</param>
/// <param name="AskedAt">Seconds on the timeline, before the request.</param>
/// <param name="SeenAt">Seconds on the timeline, when the status said so.</param>
internal sealed record Passage(PowerState State, double AskedAt, double SeenAt)
{
    public double Latency => SeenAt - AskedAt;
}
