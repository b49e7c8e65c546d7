using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Reconciler.Testing.ScriptedServer;

/// <summary>
/// An HTTP/1.1 server on raw sockets whose every answer is written by the test: so that it can also break off, stall, reset, or send
/// nonsense. One request at a time on a connection, connections in parallel.
/// </summary>
public sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<ScriptedExchange, Task> _script;
    private readonly ScriptedTls? _tls;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ScriptedRequest> _requests = [];
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly ConcurrentBag<Exception> _failures = [];
    private readonly Task _accepting;
    private int _connectionCount;

    private ScriptedHttpServer(Func<ScriptedExchange, Task> script, ScriptedTls? tls)
    {
        _script = script;
        _tls = tls;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>https:// when it speaks TLS.</summary>
    public Uri Address => new($"{(_tls is null ? "http" : "https")}://127.0.0.1:{Port}");

    /// <summary>All requests up to now, in the order of their arrival.</summary>
    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    /// <summary>TCP connections up to now.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Cancelled when the server is disposed: for scripts that hold an answer back.</summary>
    public CancellationToken Stopped => _stop.Token;

    /// <summary>A server that calls <paramref name="script"/> for each request.</summary>
    public static ScriptedHttpServer Start(Func<ScriptedExchange, Task> script, ScriptedTls? tls = null) => new(script, tls);

    /// <summary>A server that answers the first request with the first script, and so on; one request more is answered with 500.</summary>
    public static ScriptedHttpServer StartSequence(params Func<ScriptedExchange, Task>[] scripts)
    {
        var next = -1;
        return new ScriptedHttpServer(
            exchange => Interlocked.Increment(ref next) is var index && index < scripts.Length
                ? scripts[index](exchange)
                : exchange.RespondAsync(500, $$"""{"kind":"Status","code":500,"reason":"InternalError","message":"request {{index + 1}} is not in the script"}"""),
            tls: null);
    }

    /// <summary>Stops, and throws what went wrong in the scripts.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
        if (!_failures.IsEmpty) throw new AggregateException("A script of the server failed.", _failures);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                var id = Interlocked.Increment(ref _connectionCount);
                _connections.Add(ServeAsync(socket, id));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket, int id)
    {
        await Task.Yield();
        using var _ = socket;
        try
        {
            await using var connection = await ScriptedConnection.OpenAsync(socket, id, _tls, _stop.Token);
            while (await connection.ReadRequestAsync(_stop.Token) is { } request)
            {
                _requests.Enqueue(request);
                var exchange = new ScriptedExchange(request, connection, _stop.Token);
                await _script(exchange);
                if (exchange.IsConnectionOver) break;
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException
            or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, refused the certificate, or the server was stopped.
        }
        catch (Exception exception)
        {
            _failures.Add(exception);
        }
    }
}
