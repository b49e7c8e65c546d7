using System.Buffers.Binary;
using Reconciler.Agent.Storage;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;

namespace Reconciler.Agent.Tests.Storage;

public sealed class Qcow2VolumeTests : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("reconciler-qcow2-").FullName;
    private readonly StorageBed _storage;

    public Qcow2VolumeTests() => _storage = new StorageBed(_root);

    [Fact]
    public async Task An_empty_image_is_made_by_qemu_img_under_another_name()
    {
        _storage.Programs["qemu-img"] = arguments =>
        {
            File.WriteAllBytes(arguments[^2], Image(long.Parse(arguments[^1])));
            return new ToolResult(0, "", "");
        };

        (await _storage.UntilReadyAsync(Volume("1Gi"))).Size.ShouldBe(1 << 30);

        _storage.Ran.ShouldHaveSingleItem().ShouldBe($"qemu-img create -q -f qcow2 {_root}/.a.{StorageBed.Mine}.unfinished 1073741824");
        Maker.MadeFor(Path.Combine(_root, "a")).ShouldBe(StorageBed.Mine);
    }

    [Fact]
    public async Task A_host_without_qemu_img_says_so()
    {
        (await _storage.UntilReasonAsync(Volume("1Gi"), DeviceReadyCondition.NotSupported)).Problem!.Message.ShouldContain("this host has no qemu-img");
        Directory.GetFileSystemEntries(_root).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_grows_when_no_guest_has_it_and_says_why_not_when_one_has()
    {
        File.WriteAllBytes(Path.Combine(_root, "a"), Image(1 << 20));
        _storage.Programs["qemu-img"] = arguments =>
        {
            File.WriteAllBytes(arguments[^2], Image(long.Parse(arguments[^1])));
            return new ToolResult(0, "", "");
        };

        var attached = _storage.Prepare(Volume("2Mi") with { IsAttached = true });
        attached.Problem!.Reason.ShouldBe(DeviceReadyCondition.ReplugRequired);
        attached.Problem.Message.ShouldContain("while it is attached");
        _storage.Ran.ShouldBeEmpty();

        (await _storage.UntilReadyAsync(Volume("2Mi"))).Size.ShouldBe(2 << 20);
        _storage.Ran.ShouldHaveSingleItem().ShouldBe($"qemu-img resize -q -f qcow2 {_root}/a 2097152");
    }

    [Theory]
    [InlineData("another format", "is no Qcow2 image")]
    [InlineData("cut short", "it was cut short")]
    [InlineData("marked", "QEMU has marked it as corrupt")]
    [InlineData("backing file", "lies over another file")]
    [InlineData("data file", "its data is in another file")]
    [InlineData("header", "its header is damaged")]
    public void An_image_that_is_not_what_it_should_be_is_not_attached(string fault, string said)
    {
        var image = Image(1 << 20);
        switch (fault)
        {
            case "another format": image[0] = 0; break;
            case "cut short": image = image[..(1 << 16)]; break;
            case "marked": image[79] = 2; break;
            case "backing file": image[15] = 200; break;
            case "data file": image[79] = 4; break;
            case "header": image[23] = 60; break;
        }

        File.WriteAllBytes(Path.Combine(_root, "a"), image);

        var state = _storage.Prepare(Volume(create: null));
        state.Problem!.Reason.ShouldBe(DeviceReadyCondition.SourceNotUsable);
        state.Problem.Message.ShouldContain(said);
    }

    [Fact]
    public void A_qcow2_image_that_is_said_to_be_raw_is_not_given_to_a_guest_as_it_is()
    {
        File.WriteAllBytes(Path.Combine(_root, "a"), Image(1 << 20));

        _storage.Prepare(Volume(create: null, DiskFormat.Raw)).Problem!.Message.ShouldBe($"format: {_root}/a is a Qcow2 image, and not Raw. Correct the format.");
        // What a guest writes to its own disk is its own affair.
        _storage.Prepare(Volume(create: null, DiskFormat.Raw) with { IsAttached = true }).Problem.ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    private DiskSource Volume(string? create, DiskFormat format = DiskFormat.Qcow2) =>
        StorageBed.Volume(new PoolPlace { Pool = "fast", Directory = _root }, "a", create, format: format);

    /// <summary>An image of version 3 with clusters of 64 KiB and an empty table in its fourth.</summary>
    private static byte[] Image(long size)
    {
        var bytes = new byte[4 << 16];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0x514649FB);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), 3);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), 16);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), size);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(36), 1);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(40), 3 << 16);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(100), 104);
        return bytes;
    }
}
