using System.Text;
using System.Threading.Channels;
using Reconciler.Xen.Store.Protocol;
using Reconciler.Xen.Store.Transports;

namespace Reconciler.Xen.Store.Tests.Transports;

/// <summary>A peer that a test plays itself, message by message; each connection of the client is one <see cref="Session"/>.</summary>
internal sealed class ScriptedXenstored : IXenstoreConnector
{
    // A client that doesn't do what the script expects fails the test instead of hanging it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Channel<Session> _sessions = Channel.CreateUnbounded<Session>();
    private readonly Queue<Exception> _refusals = [];

    public string Endpoint => "scripted";

    /// <summary>Attempts to connect so far.</summary>
    public int Attempts { get; private set; }

    public void RefuseNext(Exception reason) => _refusals.Enqueue(reason);

    public IXenstoreTransport Connect()
    {
        Attempts++;
        if (_refusals.TryDequeue(out var refusal)) throw refusal;
        var (client, server) = MemoryTransport.Pair();
        _sessions.Writer.TryWrite(new Session(client, server));
        return client;
    }

    /// <summary>The next connection that the client makes.</summary>
    public Task<Session> AcceptAsync() => _sessions.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>A client that is connected to a session.</summary>
    public async Task<(XenstoreClient Client, Session Session)> ConnectedAsync(XenstoreClientOptions? options = null)
    {
        var client = await XenstoreClient.ConnectAsync((options ?? new()) with { Connector = this }, TestContext.Current.CancellationToken);
        return (client, await AcceptAsync());
    }

    internal sealed record Request(XenstoreHeader Header, byte[] Payload)
    {
        public XenstoreMessageType Type => Header.Type;

        public string[] Strings => XenstoreCodec.ReadStrings(Payload);
    }

    internal sealed class Session(MemoryTransport client, MemoryTransport server)
    {
        private byte[] _received = [];

        /// <summary>The client's end, to count or hold its writes.</summary>
        public MemoryTransport Client => client;

        /// <summary>Takes the client's next request.</summary>
        public Task<Request> NextAsync() => Task.Run(Next).WaitAsync(Patience);

        public async Task SendAsync(params byte[] bytes) => await server.SendAsync(bytes);

        public Task ReplyAsync(Request request, string payload) => ReplyAsync(request, Encoding.UTF8.GetBytes(payload));

        public Task ReplyAsync(Request request, byte[] payload) =>
            SendAsync(Frame(request.Header with { Length = (uint)payload.Length }, payload));

        public Task FailAsync(Request request, string error) =>
            SendAsync(Frame(request.Header with { Type = XenstoreMessageType.Error, Length = (uint)error.Length + 1 }, Encoding.ASCII.GetBytes(error + "\0")));

        public Task FireAsync(string path, string token) =>
            SendAsync(Frame(
                new XenstoreHeader(XenstoreMessageType.WatchEvent, 0, 0, (uint)(path.Length + token.Length + 2)),
                Encoding.ASCII.GetBytes($"{path}\0{token}\0")));

        public void Cut() => server.Shutdown();

        public static byte[] Frame(XenstoreHeader header, byte[] payload)
        {
            var frame = new byte[XenstoreHeader.Size + payload.Length];
            XenstoreCodec.WriteHeader(frame, header);
            payload.CopyTo(frame, XenstoreHeader.Size);
            return frame;
        }

        private Request Next()
        {
            var buffer = new byte[XenstoreLimits.Frame];
            while (true)
            {
                if (XenstoreCodec.TryReadFrame(_received, out var frame) == FrameStatus.Complete)
                {
                    var request = new Request(frame.Header, frame.Payload.ToArray());
                    _received = _received[frame.Size..];
                    return request;
                }

                var count = server.Receive(buffer);
                if (count == 0) throw new EndOfStreamException("the client closed the connection");
                _received = [.. _received, .. buffer[..count]];
            }
        }
    }
}
