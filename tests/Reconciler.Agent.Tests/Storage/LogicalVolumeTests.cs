using System.Text.RegularExpressions;
using Reconciler.Agent.Storage;
using Reconciler.Agent.Storage.Lvm;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Api.Conditions;

namespace Reconciler.Agent.Tests.Storage;

/// <summary>What is asked of LVM, in a thin pool: thick volumes are written to and need real ones (tests/Reconciler.EndToEnd.Tests).</summary>
public sealed partial class LogicalVolumeTests : IAsyncDisposable
{
    private const string Group = "reconciler-test-vg";
    private static readonly Guid Other = Guid.Parse("5f0c0a52-0000-4000-8000-000000000002");

    private readonly StorageBed _storage = new($"/dev/{Group}");
    private readonly Dictionary<string, (long Size, string Tag)> _volumes = new() { ["thin"] = (1L << 30, "") };

    public LogicalVolumeTests()
    {
        _storage.Programs["vgs"] = arguments => new ToolResult(0, arguments[^1].Contains($"\"{Group}\"", StringComparison.Ordinal)
            ? """{"report":[{"vg":[{"vg_free":"1048576","vg_size":"2147483648","vg_extent_size":"4194304"}]}]}""" : """{"report":[{"vg":[]}]}""", "");
        _storage.Programs["lvs"] = arguments => new ToolResult(0, _volumes.TryGetValue(SelectedName().Match(arguments[^1]).Groups["name"].Value, out var volume)
            ? $$"""{"report":[{"lv":[{"lv_size":"{{volume.Size}}","lv_tags":"other,{{volume.Tag}}","pool_lv":"thin","data_percent":"25.00"}]}]}""" : """{"report":[{"lv":[]}]}""", "");
        _storage.Programs["lvcreate"] = arguments => Done(() => _volumes.Add(After(arguments, "-n"), (long.Parse(After(arguments, "-V").TrimEnd('b')), After(arguments, "--addtag"))));
        _storage.Programs["lvrename"] = arguments => Done(() => _volumes[arguments[^1]] = _volumes.Remove(arguments[^2], out var volume) ? volume : default);
        _storage.Programs["lvremove"] = arguments => Done(() => _volumes.Remove(arguments[^1].Split('/')[1]));
    }

    [Fact]
    public async Task A_volume_is_made_in_whole_extents_under_another_name_and_tagged()
    {
        await UntilMadeAsync();

        _volumes["a"].ShouldBe((8 << 20, LvmNames.Tag(StorageBed.Mine)));
        _storage.Ran.ShouldContain($"lvcreate -q -y -n {LvmNames.Unfinished(StorageBed.Mine)} -V 8388608b --thinpool thin --addtag xen.reconciler.dev/vbd={StorageBed.Mine} {Group}");
        _storage.Ran.ShouldContain($"lvrename -q {Group} {LvmNames.Unfinished(StorageBed.Mine)} a");
    }

    [Fact]
    public async Task What_a_crash_left_is_removed_before_it_is_made_anew()
    {
        _volumes[LvmNames.Unfinished(StorageBed.Mine)] = (1, LvmNames.Tag(StorageBed.Mine));

        await UntilMadeAsync();

        _volumes.Keys.Order().ShouldBe(["a", "thin"]);
    }

    [Fact]
    public async Task Only_a_volume_that_carries_the_tag_of_this_disk_is_removed()
    {
        _volumes["mine"] = (1, LvmNames.Tag(StorageBed.Mine));
        _volumes["theirs"] = (1, LvmNames.Tag(Other));
        _volumes["admins"] = (1, "");

        foreach (var name in (string[])["mine", "theirs", "admins", "gone"]) (await _storage.ReleaseAsync(Volume(name, "5Mi"))).ShouldBeNull();
        _volumes.Keys.Order().ShouldBe(["admins", "theirs", "thin"]);
    }

    [Fact]
    public async Task More_than_the_thin_pool_has_is_not_begun()
    {
        (await _storage.UntilReasonAsync(Volume("a", "800Mi"), DeviceReadyCondition.NotEnoughSpace)).Problem!.Message.ShouldContain("768Mi are free");
        _storage.Ran.ShouldNotContain(command => command.StartsWith("lvcreate", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("snapshot1")]
    [InlineData("x_tmeta")]
    public void A_name_that_LVM_keeps_or_does_not_know_is_refused(string name) =>
        _storage.Prepare(Volume(name, "5Mi")).Problem.ShouldNotBeNull().Message.ShouldStartWith($"source.volume.name: {name} can't be made: LVM ");

    [Fact]
    public async Task A_group_that_the_policy_does_not_allow_is_not_even_asked_for()
    {
        var pool = new PoolPlace { Pool = "fast", VolumeGroup = "vg1" };

        _storage.Prepare(StorageBed.Volume(pool, "a", "5Mi")).Problem!.Reason.ShouldBe(DeviceReadyCondition.NotAllowed);
        (await _storage.LookAsync(pool)).Reason.ShouldBe(PoolState.NotAllowed);
        (await _storage.ReleaseAsync(StorageBed.Volume(pool, "a", "5Mi"))).ShouldNotBeNull().Reason.ShouldBe(DeviceReadyCondition.NotAllowed);
        _storage.Ran.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pool_tells_its_room_and_what_is_missing()
    {
        var thin = await _storage.LookAsync(Place);
        (thin.IsReady, thin.FreeBytes, thin.TotalBytes).ShouldBe((true, 768L << 20, 1L << 30));
        (await _storage.LookAsync(Place with { ThinPool = null })).FreeBytes.ShouldBe(1 << 20);
        (await _storage.LookAsync(Place with { ThinPool = "none" })).Message.ShouldBe($"There is no thin pool none in the volume group {Group} on this host.");
        _storage.Programs.Clear();
        (await _storage.LookAsync(Place)).Message.ShouldNotBeNull().ShouldContain("package lvm2");
        (await _storage.UntilReasonAsync(Volume("a", "5Mi"), DeviceReadyCondition.NotSupported)).Problem!.Message.ShouldContain("package lvm2");
    }

    public ValueTask DisposeAsync() => _storage.DisposeAsync();

    /// <summary>The group is none of the kernel's: its volumes are made, and no device follows.</summary>
    private Task<SourceState> UntilMadeAsync() => _storage.UntilAsync(Volume("a", "5Mi"), state => state.Problem?.Message.Contains("not active", StringComparison.Ordinal) == true);

    private static PoolPlace Place => new() { Pool = "fast", VolumeGroup = Group, ThinPool = "thin" };

    private static DiskSource Volume(string name, string? create) => StorageBed.Volume(Place, name, create);

    private static ToolResult Done(Action act)
    {
        act();
        return new ToolResult(0, "", "");
    }

    private static string After(IReadOnlyList<string> arguments, string option) => arguments[arguments.ToList().IndexOf(option) + 1];

    [GeneratedRegex("lv_name=\"(?<name>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SelectedName();
}
