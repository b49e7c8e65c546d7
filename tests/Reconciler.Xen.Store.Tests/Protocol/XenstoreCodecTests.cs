using System.Text;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Tests.Protocol;

public sealed class XenstoreCodecTests
{
    [Fact]
    public void A_read_request_has_the_bytes_that_libxenstore_sends()
    {
        var frame = new byte[XenstoreCodec.FrameSize("/a", default)];
        XenstoreCodec.WriteFrame(frame, XenstoreMessageType.Read, requestId: 7, transactionId: 9, "/a", default).ShouldBe(19);

        frame.ShouldBe([2, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0, 0, 3, 0, 0, 0, (byte)'/', (byte)'a', 0]);
    }

    [Fact]
    public void A_written_value_follows_its_path_without_a_terminating_nul()
    {
        var frame = new byte[64];
        var size = XenstoreCodec.WriteFrame(frame, XenstoreMessageType.Write, 1, 0, "/a", "v"u8);

        frame[XenstoreHeader.Size..size].ShouldBe("/a\0v"u8.ToArray());
    }

    [Theory]
    [InlineData("EAGAIN", XenstoreError.EAGAIN)]
    [InlineData("ENOENT", XenstoreError.ENOENT)]
    [InlineData("EACCES", XenstoreError.EACCES)]
    [InlineData("EEXIST", XenstoreError.EEXIST)]
    [InlineData("EINVAL", XenstoreError.EINVAL)]
    [InlineData("ENOSPC", XenstoreError.ENOSPC)]
    [InlineData("E2BIG", XenstoreError.E2BIG)]
    [InlineData("EPERM", XenstoreError.EPERM)]
    [InlineData("EQUOTA", XenstoreError.EQUOTA)]
    [InlineData("EWHATEVER", XenstoreError.Unknown)]
    [InlineData("Disconnected", XenstoreError.Unknown)]
    [InlineData("", XenstoreError.Unknown)]
    public void Errors_are_known_by_the_names_that_xenstored_sends(string name, XenstoreError error)
    {
        XenstoreCodec.ReadError(Encoding.ASCII.GetBytes(name + "\0")).ShouldBe(error);
        XenstoreCodec.ReadError(Encoding.ASCII.GetBytes(name)).ShouldBe(error);
    }

    [Theory]
    [InlineData("/a\0b", 0, XenstoreError.EINVAL)]
    [InlineData("/a", 0, XenstoreError.None)]
    [InlineData("/a", 4093, XenstoreError.None)]
    [InlineData("/a", 4094, XenstoreError.E2BIG)]
    public void A_request_that_xenstored_could_not_judge_is_refused_here(string path, int tail, XenstoreError error) =>
        XenstoreCodec.CheckRequest(path, tail).ShouldBe(error);

    [Theory]
    [InlineData('/', 3072, XenstoreError.None)]
    [InlineData('/', 3073, XenstoreError.EINVAL)]
    [InlineData('@', 3072, XenstoreError.None)]
    [InlineData('a', 2048, XenstoreError.None)]
    [InlineData('a', 2049, XenstoreError.EINVAL)]
    public void Absolute_and_relative_paths_have_their_own_limits(char first, int length, XenstoreError error) =>
        XenstoreCodec.CheckRequest(first + new string('a', length - 1), 0).ShouldBe(error);

    [Fact]
    public void A_payload_above_the_limit_is_invalid_before_it_has_arrived()
    {
        var header = new byte[XenstoreHeader.Size];
        XenstoreCodec.WriteHeader(header, new XenstoreHeader(XenstoreMessageType.Read, 1, 0, XenstoreLimits.Payload + 1));

        XenstoreCodec.TryReadFrame(header, out _).ShouldBe(FrameStatus.Invalid);
    }

    [Fact]
    public void Text_ends_at_its_first_nul_as_for_a_c_client()
    {
        XenstoreCodec.ReadText("4\0"u8).ShouldBe("4");
        XenstoreCodec.ReadText("4"u8).ShouldBe("4");
        XenstoreCodec.ReadText(default).ShouldBe("");
        XenstoreCodec.ReadText([0xff]).ShouldBe("\ufffd");
    }

    [Fact]
    public void A_slice_of_a_directory_says_whether_it_is_the_last()
    {
        XenstoreCodec.TryReadDirectoryPart("17\0a\0b\0"u8, out var generation, out var names, out var isLast).ShouldBeTrue();
        generation.ShouldBe(17UL);
        names.ToArray().ShouldBe("a\0b\0"u8.ToArray());
        isLast.ShouldBeFalse();

        XenstoreCodec.TryReadDirectoryPart("17\0c\0\0"u8, out _, out names, out isLast).ShouldBeTrue();
        names.ToArray().ShouldBe("c\0"u8.ToArray());
        isLast.ShouldBeTrue();

        XenstoreCodec.TryReadDirectoryPart("17\0\0"u8, out _, out names, out isLast).ShouldBeTrue();
        names.IsEmpty.ShouldBeTrue();
        isLast.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("17")]
    [InlineData("17\0")]
    [InlineData("17\0a")]
    [InlineData("x\0a\0\0")]
    [InlineData("17x\0a\0\0")]
    [InlineData("99999999999999999999\0a\0\0")]
    public void What_is_no_slice_of_a_directory_is_not_taken_for_one(string payload) =>
        XenstoreCodec.TryReadDirectoryPart(Encoding.ASCII.GetBytes(payload), out _, out _, out _).ShouldBeFalse();

    [Theory]
    [InlineData("x0\0")]
    [InlineData("r\0")]
    [InlineData("r-1\0")]
    [InlineData("r1x\0")]
    [InlineData("\0")]
    public void What_is_no_permission_is_not_taken_for_one(string payload) =>
        XenstoreCodec.TryReadPermissions(Encoding.ASCII.GetBytes(payload), out _).ShouldBeFalse();

    [Fact]
    public void A_watch_event_may_carry_more_than_path_and_token()
    {
        XenstoreCodec.TryReadWatchEvent("/a\0t\0more\0"u8, out var path, out var token).ShouldBeTrue();
        path.ToArray().ShouldBe("/a"u8.ToArray());
        token.ToArray().ShouldBe("t"u8.ToArray());
        XenstoreCodec.TryReadWatchEvent("/a\0t"u8, out _, out _).ShouldBeFalse();
        XenstoreCodec.TryReadWatchEvent("/a"u8, out _, out _).ShouldBeFalse();
    }
}
