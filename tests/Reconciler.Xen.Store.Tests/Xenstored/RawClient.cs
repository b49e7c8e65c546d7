using System.Net.Sockets;
using System.Text;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Tests.Xenstored;

/// <summary>What our client does not do on purpose: introducing domains is the toolstack's, ending a stranger's transaction nobody's.</summary>
internal static class RawClient
{
    /// <summary>Introduces a domain to xenstored, as libxl does when it creates one.</summary>
    public static async Task IntroduceAsync(string socket, uint domid) =>
        (await AskAsync(socket, XenstoreMessageType.Introduce, 0, $"{domid}", "1\02\0")).ShouldBe("OK");

    /// <returns>The reply's text: <c>OK</c>, or the name of an error.</returns>
    public static Task<string> EndTransactionAsync(string socket, uint transaction) =>
        AskAsync(socket, XenstoreMessageType.TransactionEnd, transaction, "F", "");

    private static async Task<string> AskAsync(string path, XenstoreMessageType type, uint transaction, string text, string tail)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var frame = new byte[XenstoreLimits.Frame];
        var size = XenstoreCodec.WriteFrame(frame, type, 1, transaction, text, Encoding.ASCII.GetBytes(tail));
        await socket.SendAsync(frame.AsMemory(0, size));

        var filled = 0;
        while (true)
        {
            filled += await socket.ReceiveAsync(frame.AsMemory(filled));
            if (Read(frame.AsSpan(0, filled)) is { } reply) return reply;
        }
    }

    private static string? Read(ReadOnlySpan<byte> received) =>
        XenstoreCodec.TryReadFrame(received, out var frame) == FrameStatus.Complete ? XenstoreCodec.ReadText(frame.Payload) : null;
}
