using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Reconciler.Testing.ScriptedServer;

/// <summary>One connection of a client: reads HTTP/1.1 requests, writes whatever bytes it is given.</summary>
internal sealed class ScriptedConnection : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly int _id;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private ScriptedConnection(Socket socket, Stream stream, int id)
    {
        _socket = socket;
        _stream = stream;
        _id = id;
    }

    internal static async Task<ScriptedConnection> OpenAsync(Socket socket, int id, ScriptedTls? tls, CancellationToken cancellationToken)
    {
        socket.NoDelay = true;
        Stream stream = new NetworkStream(socket);
        if (tls is not null)
        {
            var secure = new SslStream(stream);
#pragma warning disable CA5359 // A test's server looks at every client certificate, also at wrong ones.
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = tls.Certificate,
                    ClientCertificateRequired = tls.AskForClientCertificate,
                    RemoteCertificateValidationCallback = (_, _, _, _) => true,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                },
                cancellationToken);
#pragma warning restore CA5359
            stream = secure;
        }

        return new ScriptedConnection(socket, stream, id);
    }

    /// <summary>The next request; null when the client has closed.</summary>
    internal async Task<ScriptedRequest?> ReadRequestAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(cancellationToken) is not { } first) return null;
        var words = first.Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await ReadLineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var before) ? $"{before}, {value}" : value;
        }

        var body = Array.Empty<byte>();
        if (headers.TryGetValue("Content-Length", out var length))
        {
            body = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            for (var i = 0; i < body.Length; i++) body[i] = await ReadByteAsync(cancellationToken) ?? throw new EndOfStreamException();
        }

        var secure = _stream as SslStream;
        return new ScriptedRequest(
            words[0], words[1], headers, body, _id, secure?.TargetHostName is { Length: > 0 } name2 ? name2 : null, secure?.RemoteCertificate?.Subject);
    }

    internal Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken).AsTask();

    /// <summary>Passes everything on to a port of this machine, and back, until one side closes.</summary>
    internal async Task TunnelAsync(int port, CancellationToken cancellationToken)
    {
        using var other = new TcpClient { NoDelay = true };
        await other.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var far = other.GetStream();
        await Task.WhenAny(_stream.CopyToAsync(far, cancellationToken), far.CopyToAsync(_stream, cancellationToken));
    }

    /// <summary>Ends the connection with a TCP reset instead of a close.</summary>
    internal void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public async ValueTask DisposeAsync() => await _stream.DisposeAsync();

    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        while (await ReadByteAsync(cancellationToken) is { } next)
        {
            if (next == '\n') return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
            line.Add(next);
        }

        return null;
    }

    private async ValueTask<byte?> ReadByteAsync(CancellationToken cancellationToken)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, await _stream.ReadAsync(_buffer, cancellationToken));
            if (_end == 0) return null;
        }

        return _buffer[_start++];
    }
}
