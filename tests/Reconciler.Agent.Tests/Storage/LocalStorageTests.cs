using System.Globalization;
using Reconciler.Agent.Storage;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;

namespace Reconciler.Agent.Tests.Storage;

public sealed class LocalStorageTests : IAsyncDisposable
{
    private static readonly Guid Mine = Guid.Parse("5f0c0a52-0000-4000-8000-000000000001");
    private static readonly Guid Other = Guid.Parse("5f0c0a52-0000-4000-8000-000000000002");

    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-storage-").FullName;
    private readonly string _pool;
    private readonly StorageBed _storage;

    public LocalStorageTests()
    {
        _pool = Directory.CreateDirectory(Path.Combine(_root, "allowed", "pool")).FullName;
        Directory.CreateDirectory(Path.Combine(_root, "elsewhere"));
        _storage = new StorageBed(Path.Combine(_root, "allowed"));
    }

    [Fact]
    public void A_volume_is_made_sparse_and_of_a_size_that_is_rounded_up()
    {
        var state = _storage.Prepare(Volume("a", "1000001"));

        state.Problem.ShouldBeNull();
        state.Path.ShouldBe(Path.Combine(_pool, "a"));
        state.Size.ShouldBe(1003520);
        new FileInfo(state.Path!).Length.ShouldBe(1003520);
    }

    [Fact]
    public void Nothing_is_written_to_a_pool_to_find_a_volume_that_is_there()
    {
        File.WriteAllText(Path.Combine(_pool, "a"), new string('x', 4096));
        Directory.SetLastWriteTimeUtc(_pool, DateTime.UnixEpoch);

        _storage.Prepare(Volume("a", "4Ki")).Problem.ShouldBeNull();

        Directory.GetLastWriteTimeUtc(_pool).ShouldBe(DateTime.UnixEpoch);
    }

    [Fact]
    public async Task A_volume_that_is_there_is_never_overwritten_nor_taken_for_one_that_was_made()
    {
        File.WriteAllText(Path.Combine(_pool, "a"), new string('x', 8192));

        _storage.Prepare(Volume("a", "4Ki")).Size.ShouldBe(8192);
        (await _storage.ReleaseAsync(Volume("a", "4Ki"))).ShouldBeNull();

        File.ReadAllText(Path.Combine(_pool, "a")).ShouldBe(new string('x', 8192));
    }

    [Fact]
    public void A_volume_grows_and_keeps_its_content_and_never_shrinks()
    {
        File.WriteAllText(Path.Combine(_pool, "a"), "data");

        _storage.Prepare(Volume("a", "1Mi")).Size.ShouldBe(1 << 20);
        _storage.Prepare(Volume("a", "8Ki")).Size.ShouldBe(1 << 20);

        File.ReadAllBytes(Path.Combine(_pool, "a")).AsSpan(0, 4).SequenceEqual("data"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task Only_the_disk_that_it_was_made_for_takes_a_volume_with_it()
    {
        _storage.Prepare(Volume("a", "1Mi"));

        (await _storage.ReleaseAsync(Volume("a", "1Mi") with { ObjectUid = Other })).ShouldBeNull();
        File.Exists(Path.Combine(_pool, "a")).ShouldBeTrue();

        (await _storage.ReleaseAsync(Volume("a", "1Mi"))).ShouldBeNull();
        Directory.GetFileSystemEntries(_pool).ShouldBeEmpty();
        (await _storage.ReleaseAsync(Volume("a", "1Mi"))).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_crash_left_is_made_anew_and_somebody_elses_volume_is_not_taken_for_it()
    {
        File.WriteAllText(Path.Combine(_pool, $".a.{Mine}.unfinished"), "half");
        _storage.Prepare(Volume("a", "1Mi")).Size.ShouldBe(1 << 20);
        Maker.MadeFor(Path.Combine(_pool, "a")).ShouldBe(Mine);

        File.WriteAllText(Path.Combine(_pool, $".b.{Mine}.unfinished"), "half");
        File.WriteAllText(Path.Combine(_pool, ".b.made-by"), Mine.ToString());
        File.WriteAllText(Path.Combine(_pool, "b"), "theirs");
        Maker.MadeFor(Path.Combine(_pool, "b")).ShouldBeNull();
        (await _storage.ReleaseAsync(Volume("b", "1Mi"))).ShouldBeNull();
        File.ReadAllText(Path.Combine(_pool, "b")).ShouldBe("theirs");
        (await _storage.ReleaseAsync(Volume("b", "1Mi"))).ShouldBeNull("what was released is released again when its agent dies before it has said so");
        File.ReadAllText(Path.Combine(_pool, "b")).ShouldBe("theirs");
    }

    /// <summary>The files that an agent leaves that is killed while it makes a volume, or for which there is no room on the disk.</summary>
    [Theory]
    [InlineData(".a.{0}.unfinished")]
    [InlineData(".a.{0}.unfinished", ".a.made-by=")]
    [InlineData(".a.{0}.unfinished", ".a.made-by={0}")]
    [InlineData("a", ".a.made-by={0}")]
    public async Task Wherever_the_making_of_a_volume_is_cut_short_it_is_made_or_nothing_of_it_is_left(params string[] left)
    {
        foreach (var isWanted in new[] { true, false })
        {
            foreach (var words in left.Select(file => string.Format(CultureInfo.InvariantCulture, file, Mine).Split('=')))
                File.WriteAllText(Path.Combine(_pool, words[0]), words.ElementAtOrDefault(1) ?? "half");
            if (isWanted)
            {
                _storage.Prepare(Volume("a", "1Mi")).Size.ShouldBe(1 << 20);
                Directory.GetFiles(_pool).Select(Path.GetFileName).ShouldBe(["a", ".a.made-by"], ignoreOrder: true);
            }
            (await _storage.ReleaseAsync(Volume("a", "1Mi"))).ShouldBeNull();
            Directory.GetFileSystemEntries(_pool).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_look_at_a_pool_takes_away_what_one_that_was_cut_short_has_left()
    {
        await _storage.LookAsync(Place);
        var probe = Path.Combine(_pool, ".writable.probe");
        File.WriteAllText(probe, "");
        await _storage.LookAsync(Place);
        File.Exists(probe).ShouldBeFalse();
    }

    [Fact]
    public void More_than_there_is_room_for_is_not_made()
    {
        var state = _storage.Prepare(Volume("a", "8000Ti"));

        state.Problem!.Reason.ShouldBe(DeviceReadyCondition.NotEnoughSpace);
        state.Problem.Message.ShouldContain("8000Ti");
        Directory.GetFileSystemEntries(_pool).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("link-to-file")]
    [InlineData("link-to-other-pool")]
    [InlineData("../../elsewhere/x")]
    [InlineData("../../elsewhere/not-there")]
    public void No_link_and_no_dots_lead_out_of_the_pool(string name)
    {
        File.WriteAllText(Path.Combine(_root, "elsewhere", "x"), "secret");
        File.WriteAllText(Path.Combine(_root, "allowed", "y"), "another pool's");
        File.CreateSymbolicLink(Path.Combine(_pool, "link-to-file"), Path.Combine(_root, "elsewhere", "x"));
        File.CreateSymbolicLink(Path.Combine(_pool, "link-to-other-pool"), Path.Combine(_root, "allowed", "y"));

        var state = _storage.Prepare(Volume(name, create: null));

        state.Problem!.Reason.ShouldBe(DeviceReadyCondition.NotAllowed);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_not_made_into_a_volume()
    {
        File.CreateSymbolicLink(Path.Combine(_pool, "a"), Path.Combine(_root, "elsewhere", "new"));

        _storage.Prepare(Volume("a", "1Mi")).Problem!.Reason.ShouldBe(DeviceReadyCondition.SourceNotFound);

        File.Exists(Path.Combine(_root, "elsewhere", "new")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_pool_that_is_a_link_out_of_what_is_allowed_is_not_used()
    {
        Directory.CreateSymbolicLink(Path.Combine(_root, "allowed", "linked"), Path.Combine(_root, "elsewhere"));
        var pool = new PoolPlace { Pool = "p", Directory = Path.Combine(_root, "allowed", "linked") };

        (await _storage.LookAsync(pool)).Reason.ShouldBe(PoolState.NotAllowed);
        _storage.Prepare(Volume("a", "1Mi") with { Pool = pool, Path = pool.PathOf("a") }).Problem!.Reason.ShouldBe(DeviceReadyCondition.NotAllowed);
        Directory.GetFileSystemEntries(Path.Combine(_root, "elsewhere")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pool_tells_its_room_and_a_missing_one_that_it_is_missing()
    {
        var state = await _storage.LookAsync(Place);
        state.IsReady.ShouldBeTrue();
        state.FreeBytes!.Value.ShouldBeInRange(0, state.TotalBytes!.Value);

        (await _storage.LookAsync(new PoolPlace { Pool = "q", Directory = Path.Combine(_root, "allowed", "none") })).Reason.ShouldBe(PoolState.NotFound);
        (await _storage.LookAsync(new PoolPlace { Pool = "r", Directory = "/etc" })).Reason.ShouldBe(PoolState.NotAllowed);
        (await _storage.LookAsync(new PoolPlace { Pool = "v", VolumeGroup = "vg0" })).Reason.ShouldBe(PoolState.NotAllowed);
        await using var other = new StorageBed("/dev/no-such-group");
        (await other.LookAsync(new PoolPlace { Pool = "v", VolumeGroup = "no-such-group" })).Reason.ShouldBe(PoolState.NotFound);
    }

    [Fact]
    public void A_file_outside_the_allowed_directories_is_not_even_looked_for()
    {
        var source = new DiskSource { Path = "/etc/no-such-file", IsBlockDevice = false, ObjectUid = Mine };

        _storage.Prepare(source).Problem!.Reason.ShouldBe(DeviceReadyCondition.NotAllowed);
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private PoolPlace Place => new() { Pool = "fast", Directory = _pool };

    private DiskSource Volume(string name, string? create) => new()
    {
        Path = Place.PathOf(name), Pool = Place, IsBlockDevice = false, ObjectUid = Mine,
        Create = create is null ? null : new VolumeCreate { Size = create },
    };
}
