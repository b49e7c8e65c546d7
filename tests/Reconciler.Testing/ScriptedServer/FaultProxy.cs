using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Reconciler.Testing.ScriptedServer;

/// <summary>A TCP proxy in front of a real server that can go silent, forget or cut its connections, or refuse new ones.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Both ends of each connection, and whether it is half-open.</summary>
    private readonly ConcurrentDictionary<Socket, bool> _sockets = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly Lock _gate = new();
    private TcpListener? _listener;
    private volatile TaskCompletionSource? _silence;
    private long _bytesToClient;

    public FaultProxy(string host, int port)
    {
        _host = host;
        _port = port;
        Port = Listen(0);
    }

    /// <summary>Where it listens on 127.0.0.1; the same for its whole life.</summary>
    public int Port { get; }

    /// <summary>Connections that are open now.</summary>
    public int OpenConnections => _sockets.Count / 2;

    /// <summary>What the server has sent, over all connections up to now.</summary>
    public long BytesToClient => Interlocked.Read(ref _bytesToClient);

    /// <summary>From now on nothing comes through, in either direction, and nobody is told: a cable that was pulled.</summary>
    public void GoSilent() => _silence ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the silence; what was held back comes through.</summary>
    public void Speak() => Interlocked.Exchange(ref _silence, null)?.SetResult();

    /// <summary>
    /// On the connections that are open now nothing comes through any more, for good, and nobody is told; new ones are as ever: a router
    /// between the two has forgotten them.
    /// </summary>
    public void Forget()
    {
        foreach (var socket in _sockets.Keys) _sockets.TryUpdate(socket, true, false);
    }

    /// <summary>Resets all open connections.</summary>
    public void Cut()
    {
        foreach (var socket in _sockets.Keys)
        {
            try
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // It was closing by itself.
            }

            socket.Close();
        }
    }

    /// <summary>Refuses new connections until <see cref="Accept"/>.</summary>
    public void Refuse()
    {
        lock (_gate)
        {
            _listener?.Stop();
            _listener = null;
        }
    }

    /// <summary>Takes new connections again.</summary>
    public void Accept() => Listen(Port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Speak();
        Refuse();
        Cut();
        await Task.WhenAll(_tasks);
        _stop.Dispose();
    }

    private int Listen(int port)
    {
        lock (_gate)
        {
            if (_listener is not null) return port;
            _listener = new TcpListener(IPAddress.Loopback, port);
            _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            _listener.Start();
            _tasks.Add(AcceptAsync(_listener));
            return ((IPEndPoint)_listener.LocalEndpoint).Port;
        }
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _tasks.Add(ForwardAsync(await listener.AcceptSocketAsync(_stop.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Refusing, or disposed.
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var _ = client;
        _sockets[client] = _sockets[server] = false;
        try
        {
            client.NoDelay = server.NoDelay = true;
            await server.ConnectAsync(_host, _port, _stop.Token);
            await Task.WhenAny(PumpAsync(client, server, _ => { }), PumpAsync(server, client, count => Interlocked.Add(ref _bytesToClient, count)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server is not there: the client sees its connection close.
        }
        finally
        {
            _sockets.TryRemove(client, out bool _);
            _sockets.TryRemove(server, out bool _);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Action<int> passedOn)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is var count && count > 0)
            {
                if (_silence is { } silence) await silence.Task;
                if (_sockets.GetValueOrDefault(from)) await Task.Delay(Timeout.Infinite, _stop.Token);
                passedOn(count);
                await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side is gone; the other is closed by the caller.
        }
    }
}
