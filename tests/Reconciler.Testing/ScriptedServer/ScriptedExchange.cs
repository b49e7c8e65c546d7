using System.Globalization;
using System.Text;

namespace Reconciler.Testing.ScriptedServer;

/// <summary>One request and the means to answer it, well or badly.</summary>
public sealed class ScriptedExchange
{
    private readonly ScriptedConnection _connection;

    internal ScriptedExchange(ScriptedRequest request, ScriptedConnection connection, CancellationToken stopped)
    {
        Request = request;
        _connection = connection;
        Stopped = stopped;
    }

    public ScriptedRequest Request { get; }

    /// <summary>Cancelled when the server is disposed.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>True when this exchange has ended the connection.</summary>
    internal bool IsConnectionOver { get; private set; }

    /// <summary>A whole answer.</summary>
    public Task RespondAsync(int status, string body, string contentType = "application/json", params (string Name, string Value)[] headers) =>
        RespondAsync(status, Encoding.UTF8.GetBytes(body), contentType, headers);

    /// <summary>A whole answer.</summary>
    public async Task RespondAsync(int status, byte[] body, string contentType, params (string Name, string Value)[] headers)
    {
        await WriteHeadAsync(status, contentType, [.. headers, ("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture))]);
        await WriteRawAsync(body);
    }

    /// <summary>The head of an answer whose body follows in chunks.</summary>
    public Task BeginAsync(int status = 200, string contentType = "application/json", params (string Name, string Value)[] headers) =>
        WriteHeadAsync(status, contentType, [.. headers, ("Transfer-Encoding", "chunked")]);

    /// <summary>A chunk of the body.</summary>
    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>A chunk of the body.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes) =>
        WriteRawAsync((byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes.Span, (byte)'\r', (byte)'\n']);

    /// <summary>The proper end of a chunked body.</summary>
    public Task EndAsync() => WriteRawAsync("0\r\n\r\n"u8.ToArray());

    /// <summary>Bytes as they are.</summary>
    public Task WriteRawAsync(ReadOnlyMemory<byte> bytes) => _connection.WriteAsync(bytes, Stopped);

    /// <summary>Answers a CONNECT as a proxy does: from here on the connection leads to a port of this machine.</summary>
    public async Task TunnelAsync(int port)
    {
        IsConnectionOver = true;
        await WriteRawAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        await _connection.TunnelAsync(port, Stopped);
    }

    /// <summary>Closes the connection, whatever was promised before.</summary>
    public void Close() => IsConnectionOver = true;

    /// <summary>Resets the connection (RST).</summary>
    public void Reset()
    {
        IsConnectionOver = true;
        _connection.Reset();
    }

    /// <summary>Says nothing until the server is disposed.</summary>
    public async Task StallAsync()
    {
        IsConnectionOver = true;
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Stopped.Register(stopped.SetResult);
        await stopped.Task;
    }

    private Task WriteHeadAsync(int status, string contentType, IEnumerable<(string Name, string Value)> headers)
    {
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} {(System.Net.HttpStatusCode)status}\r\nContent-Type: {contentType}\r\n");
        foreach (var (name, value) in headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return WriteRawAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
    }
}
