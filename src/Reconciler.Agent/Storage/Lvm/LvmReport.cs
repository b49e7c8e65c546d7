using System.Text.Json.Serialization;

namespace Reconciler.Agent.Storage.Lvm;

/// <summary>What vgs and lvs print with <c>--reportformat json</c>.</summary>
/// <param name="Report">One entry.</param>
internal sealed record LvmReport([property: JsonPropertyName("report")] IReadOnlyList<LvmReportEntry>? Report);
