using System.Globalization;
using System.Text.Json;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Agent.Storage.Work;
using Reconciler.Api.Conditions;

namespace Reconciler.Agent.Storage.Lvm;

/// <summary>LVM through its own programs: there is no library of it any more that one could use (docs/decisions/0011).</summary>
internal sealed class LvmTools(ITools tools)
{
    /// <returns>Null: there is no such group.</returns>
    /// <exception cref="VolumeException">LVM can't be asked, or is not on this host.</exception>
    public async Task<LvmGroup?> GroupAsync(string group)
    {
        var report = await ReportAsync("vgs", group, "vg_free,vg_size,vg_extent_size", "vg_name", group);
        return report?.VolumeGroups is [var row, ..] ? new LvmGroup(Bytes(row, "vg_free"), Bytes(row, "vg_size"), Bytes(row, "vg_extent_size")) : null;
    }

    /// <returns>Null: there is no such volume, or no such group.</returns>
    /// <inheritdoc cref="GroupAsync"/>
    public async Task<LvmVolume?> VolumeAsync(string group, string name)
    {
        var report = await ReportAsync("lvs", group, "lv_size,lv_tags,pool_lv,data_percent", "lv_name", name);
        return report?.Volumes is [var row, ..]
            ? new LvmVolume(
                Bytes(row, "lv_size"), row.GetValueOrDefault("lv_tags", "").Split(',', StringSplitOptions.RemoveEmptyEntries), row.GetValueOrDefault("pool_lv", ""),
                double.TryParse(row.GetValueOrDefault("data_percent"), CultureInfo.InvariantCulture, out var used) ? used : 0)
            : null;
    }

    /// <summary>Where a volume lies: <c>/dev/sda:0-99</c>, as lvextend takes it.</summary>
    /// <inheritdoc cref="GroupAsync"/>
    public async Task<IReadOnlyList<string>> ExtentsAsync(string group, string name)
    {
        var report = await ReportAsync("lvs", group, "seg_pe_ranges", "lv_name", name);
        return [.. (report?.Segments ?? report?.Volumes ?? []).SelectMany(row => row.GetValueOrDefault("seg_pe_ranges", "").Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>Runs one that changes something.</summary>
    /// <exception cref="VolumeException">It failed; LVM's own words say why.</exception>
    public async Task ChangeAsync(string program, params IReadOnlyList<string> arguments)
    {
        var result = await RunAsync(program, arguments);
        if (result.ExitCode != 0) throw new VolumeException(DeviceReadyCondition.OperationFailed, $"{program}: {result.Error}");
    }

    /// <remarks>Selected, not named: whether it is missing is seen in the report, and not in the words of an error.</remarks>
    private async Task<LvmReportEntry?> ReportAsync(string program, string group, string columns, string key, string name)
    {
        var result = await RunAsync(program, ["--reportformat", "json", "--units", "b", "--nosuffix", "-o", columns, "-S", $"vg_name=\"{group}\" && {key}=\"{name}\""]);
        if (result.ExitCode != 0) throw new VolumeException(DeviceReadyCondition.OperationFailed, $"{program}: {result.Error}");
        try
        {
            return JsonSerializer.Deserialize(result.Output, LvmJson.Default.LvmReport)?.Report?.FirstOrDefault();
        }
        catch (JsonException e)
        {
            throw new VolumeException(DeviceReadyCondition.OperationFailed, $"{program} has printed what is not understood: {e.Message}", e);
        }
    }

    private async Task<ToolResult> RunAsync(string program, IReadOnlyList<string> arguments) => await tools.RunAsync(program, arguments)
        ?? throw new VolumeException(DeviceReadyCondition.NotSupported, $"This host has no {program} (package lvm2): volumes can be neither made nor grown nor deleted in a volume group. Install it.");

    private static long Bytes(Dictionary<string, string> row, string column) =>
        long.TryParse(row.GetValueOrDefault(column), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;
}
