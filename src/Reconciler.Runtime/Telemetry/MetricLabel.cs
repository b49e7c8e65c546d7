namespace Reconciler.Runtime.Telemetry;

/// <summary>A label of a metric. Its values are few and known beforehand, or as many as there are kinds or controllers; never objects.</summary>
/// <param name="Name">As on /metrics.</param>
/// <param name="Meaning">What its values are, for the reference.</param>
public sealed record MetricLabel(string Name, string Meaning);
