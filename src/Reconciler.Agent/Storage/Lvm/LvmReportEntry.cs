using System.Text.Json.Serialization;

namespace Reconciler.Agent.Storage.Lvm;

/// <summary>One report: rows of columns, all of them text.</summary>
internal sealed record LvmReportEntry
{
    [JsonPropertyName("vg")]
    public IReadOnlyList<Dictionary<string, string>>? VolumeGroups { get; init; }

    [JsonPropertyName("lv")]
    public IReadOnlyList<Dictionary<string, string>>? Volumes { get; init; }

    /// <summary>With columns of segments, LVM names the rows after those.</summary>
    [JsonPropertyName("seg")]
    public IReadOnlyList<Dictionary<string, string>>? Segments { get; init; }
}
