using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Testing.Faults;

/// <summary>
/// Stands between a client and an API server and does to requests, answers and frames of watches what a <see cref="FaultPlan"/> says.
/// Speaks TLS with a certificate of its own, HTTP/1.1 to the client; credentials go through as headers. For faults of connections
/// below HTTP (and with HTTP/2) see <see cref="ScriptedServer.FaultProxy"/>.
/// </summary>
public sealed class HttpFaultProxy : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Of one connection, or written anew on the other side. Answers come unzipped: they are to be cut at known places.
    private static readonly HashSet<string> NotForwarded =
        new(["Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding"], StringComparer.OrdinalIgnoreCase);

    private readonly TestAuthority _authority = new("fault-proxy");
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _upstreamAuthority;
    private readonly HttpMessageInvoker _upstream;
    private readonly Uri _server;
    private readonly FaultPlan _plan;
    private readonly ConcurrentQueue<string> _versions = [];
    private readonly ScriptedHttpServer _front;

    private HttpFaultProxy(Uri server, string authorityFile, FaultPlan plan)
    {
        (_server, _plan) = (server, plan);
        _certificate = _authority.IssueServer("127.0.0.1");
        _upstreamAuthority = X509CertificateLoader.LoadCertificateFromFile(authorityFile);
        _upstream = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _upstreamAuthority },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        _front = ScriptedHttpServer.Start(ServeAsync, new ScriptedTls(_certificate));
    }

    /// <summary>Where clients find it.</summary>
    public Uri Address => _front.Address;

    /// <summary>PEM of the authority that clients must trust.</summary>
    public string AuthorityPem => _authority.Pem;

    /// <summary>A proxy in front of <paramref name="server"/>.</summary>
    /// <param name="server">https://host:port of an API server.</param>
    /// <param name="authorityFile">PEM of the authority that signed the server's certificate.</param>
    /// <param name="plan">Which request meets which fault.</param>
    public static HttpFaultProxy Start(Uri server, string authorityFile, FaultPlan plan) => new(server, authorityFile, plan);

    public async ValueTask DisposeAsync()
    {
        await _front.DisposeAsync();
        _upstream.Dispose();
        _upstreamAuthority.Dispose();
        _certificate.Dispose();
        _authority.Dispose();
    }

    private async Task ServeAsync(ScriptedExchange exchange)
    {
        var target = exchange.Request.Target;
        var kind = target.Contains("watch=true", StringComparison.Ordinal) ? RequestKind.Watch
            : exchange.Request.Method == "GET" && target.Contains('?', StringComparison.Ordinal) ? RequestKind.List
            : RequestKind.Object;
        var (fault, afterFrames) = _plan.Next(kind);
        switch (fault)
        {
            case ProxyFault.Reset:
                exchange.Reset();
                return;
            case ProxyFault.HalfOpen:
                await exchange.StallAsync();
                return;
            case ProxyFault.TooManyRequests:
                await RefuseAsync(exchange, 429, "TooManyRequests", ("Retry-After", "1"));
                return;
            case ProxyFault.InternalError:
                await RefuseAsync(exchange, 500, "InternalError");
                return;
            case ProxyFault.Unavailable:
                await RefuseAsync(exchange, 503, "ServiceUnavailable");
                return;
            case ProxyFault.Gone:
                await RefuseAsync(exchange, 410, "Expired");
                return;
            case ProxyFault.Delay:
                await Task.Delay(Pause * 4, exchange.Stopped);
                break;
        }

        HttpResponseMessage response;
        try
        {
            response = await _upstream.SendAsync(CreateRequest(exchange.Request, kind, fault == ProxyFault.Replay), exchange.Stopped);
        }
        catch (HttpRequestException)
        {
            exchange.Reset();
            return;
        }

        using (response)
        {
            try
            {
                await (kind == RequestKind.Watch && response.IsSuccessStatusCode
                    ? ForwardFramesAsync(exchange, response, fault, afterFrames)
                    : ForwardAsync(exchange, response, fault));
            }
            catch (HttpRequestException)
            {
                // The server broke off; so does the proxy.
                exchange.Reset();
            }
        }
    }

    private HttpRequestMessage CreateRequest(ScriptedRequest request, RequestKind kind, bool isReplay)
    {
        var target = request.Target;
        if (kind == RequestKind.Watch && target.Split('?', '&').SingleOrDefault(IsVersion) is { } version)
        {
            _versions.Enqueue(version);
            if (_versions.Count > 4) _versions.TryDequeue(out _);
            if (isReplay && _versions.TryPeek(out var older)) target = target.Replace(version, older, StringComparison.Ordinal);
        }

        var forward = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_server, target));
        if (request.Body.Length > 0) forward.Content = new ByteArrayContent(request.Body);
        foreach (var (name, value) in request.Headers.Where(header => !NotForwarded.Contains(header.Key)))
            if (!forward.Headers.TryAddWithoutValidation(name, value)) forward.Content?.Headers.TryAddWithoutValidation(name, value);
        return forward;
    }

    private static bool IsVersion(string parameter) => parameter.StartsWith("resourceVersion=", StringComparison.Ordinal);

    private static async Task ForwardAsync(ScriptedExchange exchange, HttpResponseMessage response, ProxyFault fault)
    {
        var body = await response.Content.ReadAsByteArrayAsync(exchange.Stopped);
        var type = response.Content.Headers.ContentType?.ToString() ?? "text/plain";
        if (fault != ProxyFault.TruncatedList)
        {
            await exchange.RespondAsync((int)response.StatusCode, body, type);
            return;
        }

        await exchange.BeginAsync((int)response.StatusCode, type);
        await exchange.WriteAsync(body.AsMemory(0, body.Length / 2));
        exchange.Close();
    }

    private static async Task ForwardFramesAsync(ScriptedExchange exchange, HttpResponseMessage response, ProxyFault fault, int afterFrames)
    {
        await exchange.BeginAsync();
        await foreach (var frame in FramesAsync(response, exchange.Stopped))
        {
            var half = frame.Length / 2;
            switch (fault)
            {
                case ProxyFault.SlowFrames:
                    await exchange.WriteAsync(frame.AsMemory(0, half));
                    await Task.Delay(Pause, exchange.Stopped);
                    await exchange.WriteAsync(frame.AsMemory(half));
                    continue;
                case ProxyFault.None or ProxyFault.Delay or ProxyFault.Replay:
                case var _ when afterFrames-- > 0:
                    await exchange.WriteAsync(frame);
                    continue;
                case ProxyFault.TruncatedFrame:
                    await exchange.WriteAsync(frame.AsMemory(0, half));
                    break;
                case ProxyFault.CutFrame:
                    await exchange.WriteAsync(frame.AsMemory(0, half));
                    exchange.Reset();
                    return;
                case ProxyFault.GoneFrame:
                    await exchange.WriteAsync($$"""{"type":"ERROR","object":{{Status(410, "Expired")}}}""" + "\n");
                    break;
                case ProxyFault.ErrorFrame:
                    await exchange.WriteAsync($$"""{"type":"ERROR","object":{{Status(500, "InternalError")}}}""" + "\n");
                    break;
                case ProxyFault.Silence:
                    await exchange.StallAsync();
                    return;
            }

            break;
        }

        await exchange.EndAsync();
    }

    /// <summary>The lines of a watch, each with its line feed.</summary>
    private static async IAsyncEnumerable<byte[]> FramesAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (true)
        {
            var read = await pipe.ReadAsync(cancellationToken);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var next = rest.GetPosition(1, end);
                yield return rest.Slice(0, next).ToArray();
                rest = rest.Slice(next);
            }

            if (read.IsCompleted) yield break;
            pipe.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static Task RefuseAsync(ScriptedExchange exchange, int code, string reason, params (string Name, string Value)[] headers) =>
        exchange.RespondAsync(code, Status(code, reason), headers: headers);

    private static string Status(int code, string reason) =>
        $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"a fault of the proxy","reason":"{{reason}}","code":{{code}}}""";
}
