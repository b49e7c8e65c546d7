using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Store.Protocol;
using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store.Tests.Transports;

/// <summary>
/// The kernel's device, played on a SOCK_SEQPACKET pair: it keeps the boundaries of writes, which is what the device depends on.
/// </summary>
public sealed partial class DeviceTransportTests
{
    private const int AfUnix = 1;
    private const int SockSeqPacket = 5;

    [Fact]
    public async Task Each_message_is_one_write_and_watches_are_confirmed_without_a_request_id()
    {
        var (kernel, connector) = Device();
        using var closing = kernel;
        await using var client = await XenstoreClient.ConnectAsync(
            new() { Connector = connector, ReconnectDelay = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);

        // Held up by the first, the other two are sent together; the device must get them apart all the same.
        var reads = Enumerable.Range(0, 3).Select(i => client.ReadAsync($"/{i}").AsTask()).ToArray();
        for (var i = 0; i < 3; i++)
        {
            var (header, text) = await TakeAsync(kernel);
            text.ShouldBe($"/{i}\0");
            await kernel.SendAsync(ScriptedXenstored.Session.Frame(header with { Length = 1 }, Encoding.ASCII.GetBytes($"{i}")));
        }

        (await Task.WhenAll(reads)).ShouldBe(["0", "1", "2"]);

        var first = client.WatchAsync("/a").AsTask();
        var (watch, argument) = await TakeAsync(kernel);
        await kernel.SendAsync(ScriptedXenstored.Session.Frame(new XenstoreHeader(XenstoreMessageType.Watch, 0, 0, 3), "OK\0"u8.ToArray()));
        watch.RequestId.ShouldNotBe(0u);
        argument.ShouldStartWith("/a\0");
        await using var watching = await first;

        var ending = watching.DisposeAsync().AsTask();
        (await TakeAsync(kernel)).Header.Type.ShouldBe(XenstoreMessageType.Unwatch);
        await kernel.SendAsync(ScriptedXenstored.Session.Frame(new XenstoreHeader(XenstoreMessageType.Unwatch, 0, 0, 3), "OK\0"u8.ToArray()));
        await ending;
        client.State.ShouldBe(XenstoreConnectionState.Connected);
    }

    [Fact]
    public async Task Disposing_ends_a_read_that_waits_for_the_device()
    {
        var (kernel, connector) = Device();
        using var closing = kernel;
        var client = await XenstoreClient.ConnectAsync(new() { Connector = connector }, TestContext.Current.CancellationToken);
        var read = client.ReadAsync("/a").AsTask();
        await TakeAsync(kernel);
        await client.DisposeAsync();
        (await Should.ThrowAsync<XenstoreException>(read)).IsDisconnected.ShouldBeTrue();
    }

    [Fact]
    public void A_missing_device_is_an_io_error() =>
        Should.Throw<IOException>(() => DeviceTransport.Open("/dev/xen/no-such-device"));

    [Fact]
    public void A_socket_whose_backlog_is_full_does_not_block_the_connect_for_good()
    {
        var directory = Directory.CreateTempSubdirectory("backlog-");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var path = Path.Combine(directory.FullName, "socket");
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(1);
            var accepted = new List<IXenstoreTransport>();
            Should.Throw<IOException>(() =>
            {
                for (var i = 0; i < 100; i++) accepted.Add(SocketTransport.Connect(path, TimeSpan.FromMilliseconds(100)));
            });
            accepted.Count.ShouldBeInRange(1, 10);
            accepted.ForEach(transport => transport.Dispose());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static (Socket Kernel, IXenstoreConnector Connector) Device()
    {
        Span<int> ends = stackalloc int[2];
        SocketPair(AfUnix, SockSeqPacket, 0, ends).ShouldBe(0);
        return (new Socket(new SafeSocketHandle(ends[1], ownsHandle: true)), new OnlyOnce(new SafeFileHandle(ends[0], ownsHandle: true)));
    }

    private static async Task<(XenstoreHeader Header, string Text)> TakeAsync(Socket kernel)
    {
        var packet = new byte[2 * XenstoreLimits.Frame];
        var size = await kernel.ReceiveAsync(packet, TestContext.Current.CancellationToken);
        XenstoreCodec.TryReadHeader(packet, out var header).ShouldBeTrue();
        size.ShouldBe(XenstoreHeader.Size + (int)header.Length);
        return (header, Encoding.ASCII.GetString(packet, XenstoreHeader.Size, (int)header.Length));
    }

    [LibraryImport("libc", EntryPoint = "socketpair")]
    private static partial int SocketPair(int domain, int type, int protocol, Span<int> ends);

    private sealed class OnlyOnce(SafeFileHandle device) : IXenstoreConnector
    {
        public string Endpoint => "/dev/xen/xenbus";

        public IXenstoreTransport Connect() => new DeviceTransport(device);
    }
}
