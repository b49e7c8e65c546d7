using System.Globalization;
using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store;

public sealed partial class XenstoreClient
{
    /// <summary>The domain's base path, <c>/local/domain/N</c>. xenstored answers for any number, whether such a domain exists or not.</summary>
    public async ValueTask<string> GetDomainPathAsync(uint domid, CancellationToken cancellationToken = default) =>
        await AskAboutDomainAsync(XenstoreMessageType.GetDomainPath, "get-domain-path", domid, cancellationToken);

    /// <summary>Whether xenstored is in communication with the domain.</summary>
    public async ValueTask<bool> IsDomainIntroducedAsync(uint domid, CancellationToken cancellationToken = default) =>
        await AskAboutDomainAsync(XenstoreMessageType.IsDomainIntroduced, "is-domain-introduced", domid, cancellationToken) is "T";

    private async ValueTask<string> AskAboutDomainAsync(
        XenstoreMessageType type, string operation, uint domid, CancellationToken cancellationToken)
    {
        var argument = domid.ToString(CultureInfo.InvariantCulture);
        var reply = await SendAsync(type, argument, default, ReplyShape.Text, cancellationToken);
        reply.ThrowIfFailed(operation, argument);
        return (string)reply.Value!;
    }

    private ValueTask<Reply> SendAsync(
        XenstoreMessageType type, string text, ReadOnlySpan<byte> tail, ReplyShape shape, CancellationToken cancellationToken) =>
        Volatile.Read(ref _connection) is { } connection
            ? connection.SendAsync(type, 0, text, tail, shape, cancellationToken)
            : ValueTask.FromResult(Reply.Disconnected(DisconnectReason));
}
