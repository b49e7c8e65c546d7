using System.Security.Cryptography;
using Reconciler.Agent.Storage;
using Reconciler.Agent.Storage.Content;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;

namespace Reconciler.Agent.Tests.Storage;

public sealed class VolumeImportTests : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-import-").FullName;
    private readonly StorageBed _storage;
    private readonly byte[] _image = new byte[3 << 20];

    public VolumeImportTests()
    {
        _storage = new StorageBed(_root);
        new Random(1).NextBytes(_image.AsSpan(1 << 20, 1 << 20));
    }

    [Fact]
    public async Task An_image_is_fetched_checked_and_only_then_given_its_name()
    {
        using var body = new HeldStream(_image, heldAt: 2 << 20);
        _storage.Answer = () => StorageBed.Ok(body, _image.Length);
        var source = Import();

        var going = await _storage.UntilAsync(source, state => state.Progress?.Message.StartsWith("Fetching") == true);
        going.Problem!.Reason.ShouldBe(DeviceReadyCondition.PreparingVolume);
        going.Progress!.Message.ShouldBe("Fetching http://images.test/a.img");
        await body.Held;
        File.Exists(Path.Combine(_root, "a")).ShouldBeFalse();
        _storage.Time.Advance(TimeSpan.FromSeconds(6));
        body.Release();

        (await _storage.UntilReadyAsync(source)).Size.ShouldBe(4 << 20);
        var made = await File.ReadAllBytesAsync(Path.Combine(_root, "a"), TestContext.Current.CancellationToken);
        made.AsSpan(0, _image.Length).SequenceEqual(_image).ShouldBeTrue();
        made.AsSpan(_image.Length).ContainsAnyExcept((byte)0).ShouldBeFalse();
        Maker.MadeFor(Path.Combine(_root, "a")).ShouldBe(StorageBed.Mine);
        if (OperatingSystem.IsLinux()) File.GetUnixFileMode(Path.Combine(_root, "a")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task How_far_it_is_is_told_every_few_seconds()
    {
        using var body = new HeldStream(_image, heldAt: 1 << 20);
        _storage.Answer = () => StorageBed.Ok(body, _image.Length);

        _storage.Prepare(Import());
        await body.Held;
        _storage.Time.Advance(TimeSpan.FromSeconds(6));
        body.HoldNextAt(2 << 20);

        (await _storage.UntilAsync(Import(), state => state.Progress?.Message.Contains(" of ", StringComparison.Ordinal) == true))
            .Progress!.Message.ShouldBe("Fetching http://images.test/a.img: 2Mi of 3Mi (66 %)");
        body.Release();
        await _storage.UntilReadyAsync(Import());
    }

    [Fact]
    public async Task What_has_another_checksum_is_thrown_away_and_not_fetched_again_at_once()
    {
        _storage.Answer = () => StorageBed.Ok(new MemoryStream(_image));
        var wrong = Import(sha256: new string('0', 64));

        var state = await _storage.UntilReasonAsync(wrong, DeviceReadyCondition.ChecksumMismatch);
        state.Problem!.Message.ShouldContain(Convert.ToHexStringLower(SHA256.HashData(_image)));
        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();
        _storage.Time.Advance(HttpImport.AfterMismatch / 2);
        _storage.Requests.ShouldBe(1);

        // The spec that is put right counts at once.
        await _storage.UntilReadyAsync(Import());
        _storage.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_has_stopped_talking_is_said_and_asked_again()
    {
        using var body = new HeldStream(_image, heldAt: 1 << 20);
        _storage.Answer = () => StorageBed.Ok(body, _image.Length);

        _storage.Prepare(Import());
        await body.Held;
        await _storage.Time.WhenArmedAsync();
        _storage.Time.Advance(HttpImport.Stall);
        var failed = await _storage.UntilReasonAsync(Import(), DeviceReadyCondition.ImportFailed);
        failed.Problem!.Message.ShouldBe("create.from.http.url: http://images.test/a.img can't be fetched: the server has sent nothing for 30 s, after 1048576 bytes.");
        failed.Progress!.Message.ShouldStartWith("It is tried again at 2026-01-01T00:00:3");
        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();

        _storage.Answer = () => StorageBed.Ok(new MemoryStream(_image));
        await _storage.Time.WhenArmedAsync();
        _storage.Time.AdvanceToNextTimer();
        await _storage.UntilReadyAsync(Import());
    }

    [Fact]
    public async Task A_connection_that_ends_early_makes_no_volume()
    {
        _storage.Answer = () => StorageBed.Ok(new MemoryStream(_image, 0, 1000), _image.Length);

        (await _storage.UntilReasonAsync(Import(), DeviceReadyCondition.ImportFailed)).Problem!.Message.ShouldContain("the connection ended after 1000 of 3145728 bytes");
        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_that_is_greater_than_the_volume_is_not_cut_off()
    {
        _storage.Answer = () => StorageBed.Ok(new MemoryStream(_image));

        (await _storage.UntilReasonAsync(Import(size: "1Mi"), DeviceReadyCondition.SourceNotUsable)).Problem!.Message.ShouldContain("create.size");
        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_full_disk_is_said_and_what_was_written_is_deleted()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var refused = await Should.ThrowAsync<IOException>(async () => await new SparseWriter(full).WriteAsync(new byte[] { 1 }, CancellationToken.None));
        await File.WriteAllBytesAsync(Path.Combine(_root, "golden"), _image, TestContext.Current.CancellationToken);
        var asked = 0;
        _storage.WriterOf = _ => ++asked > 1 ? throw refused : null; // when all of it is written

        (await _storage.UntilReasonAsync(Copy("golden"), DeviceReadyCondition.NotEnoughSpace)).Problem!.Message.ShouldContain("Make room in XenStoragePool fast");
        Directory.GetFileSystemEntries(_root).ShouldBe([Path.Combine(_root, "golden")]);
    }

    [Fact]
    public async Task A_disk_that_is_deleted_meanwhile_leaves_nothing_behind()
    {
        using var body = new HeldStream(_image, heldAt: 1 << 20);
        _storage.Answer = () => StorageBed.Ok(body, _image.Length);
        _storage.Prepare(Import());
        await body.Held;
        Directory.GetFileSystemEntries(_root).ShouldNotBeEmpty();

        (await _storage.ReleaseAsync(Import(), delete: false)).ShouldBeNull();

        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_agent_that_was_killed_has_left_is_taken_away_with_the_disk_or_begun_anew()
    {
        using (Maker.Begin(Path.Combine(_root, "a"), StorageBed.Mine)) { }
        (await _storage.ReleaseAsync(Import(), delete: false)).ShouldBeNull();
        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();

        using (Maker.Begin(Path.Combine(_root, "a"), StorageBed.Mine)) { }
        _storage.Answer = () => StorageBed.Ok(new MemoryStream(_image));
        await _storage.UntilReadyAsync(Import());
        Directory.GetFileSystemEntries(_root).Length.ShouldBe(2); // and what it was made for
    }

    [Fact]
    public async Task A_volume_is_copied_sparse_and_not_while_a_guest_writes_to_it()
    {
        await File.WriteAllBytesAsync(Path.Combine(_root, "golden"), _image, TestContext.Current.CancellationToken);
        var source = Copy("golden");
        _storage.WriterOf = path => path == Path.Combine(_root, "golden") ? "Domain shop/db" : null;
        (await _storage.UntilReasonAsync(source, DeviceReadyCondition.SourceBusy)).Problem!.Message.ShouldContain("Domain shop/db");
        Directory.GetFileSystemEntries(_root).Length.ShouldBe(1);

        _storage.WriterOf = _ => null;
        await _storage.Time.WhenArmedAsync();
        _storage.Time.AdvanceToNextTimer();
        (await _storage.UntilReadyAsync(source)).Size.ShouldBe(4 << 20);
        (await File.ReadAllBytesAsync(Path.Combine(_root, "a"), TestContext.Current.CancellationToken)).AsSpan(0, _image.Length).SequenceEqual(_image).ShouldBeTrue();
    }

    [Fact]
    public void A_copy_of_what_is_not_there_is_not_begun() =>
        _storage.Prepare(Copy("none")).Problem.ShouldNotBeNull().Message.ShouldBe($"create.from.volume: {_root}/none is not on this host. Put it there, or correct the source.");

    [Fact]
    public void What_jobs_have_yet_to_write_is_not_given_to_others()
    {
        using var body = new HeldStream(_image, heldAt: 0);
        _storage.Answer = () => StorageBed.Ok(body, _image.Length);
        var free = new DriveInfo(_root).AvailableFreeSpace;
        var most = free / 4096 * 3072; // three quarters
        _storage.Prepare(Import(size: $"{most}")).Problem!.Reason.ShouldBe(DeviceReadyCondition.PreparingVolume);

        _storage.Prepare(StorageBed.Volume(Place, "b", $"{most}") with { ObjectUid = Guid.NewGuid() }).Problem!.Reason.ShouldBe(DeviceReadyCondition.NotEnoughSpace);
        body.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private PoolPlace Place => new() { Pool = "fast", Directory = _root };

    private DiskSource Import(string size = "4Mi", string? sha256 = null) => StorageBed.Volume(
        Place, "a", size, new VolumeOrigin { Http = new HttpOrigin { Url = "http://user:secret@images.test/a.img?token=1", Sha256 = sha256 ?? Convert.ToHexStringLower(SHA256.HashData(_image)) } });

    private DiskSource Copy(string name) =>
        StorageBed.Volume(Place, "a", "4Mi", new VolumeOrigin { Volume = new VolumeReference { Name = name } }) with { CopyOf = StorageBed.Volume(Place, name, create: null) };

    /// <summary>Gives what it has up to a point, and the rest when it is let go.</summary>
    private sealed class HeldStream(byte[] content, int heldAt) : MemoryStream(content)
    {
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _heldAt = heldAt;

        public Task Held => _held.Task;

        public void Release() => _go.TrySetResult();

        public void HoldNextAt(int position)
        {
            _heldAt = position;
            Interlocked.Exchange(ref _go, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= _heldAt)
            {
                _held.TrySetResult();
                await _go.Task.WaitAsync(cancellationToken);
            }

            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
