using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Benchmarks.Informer;

/// <summary>
/// Serves Domains on the loopback as an API server does: pages of a list, or the stream of a watch that begins with all of them. Every byte
/// is made beforehand. A watch for changes stays silent.
/// </summary>
internal sealed partial class DomainServer : IAsyncDisposable
{
    private const string Version = "100000";
    private readonly List<byte[]> _items;
    private readonly DomainServerOptions _options;
    private readonly Dictionary<int, byte[]> _pages = [];
    private readonly ScriptedHttpServer _server;
    private readonly string _kubeconfig;

    private DomainServer(List<byte[]> items, DomainServerOptions options)
    {
        (_items, _options) = (items, options);
        for (var first = 0; first < items.Count; first += DomainServerOptions.PageSize)
        {
            var page = Page(first);
            Bytes += page.Length;
            _pages[first] = options.Gzip ? Gzip(page) : page;
        }
        _server = ScriptedHttpServer.Start(AnswerAsync);
        _kubeconfig = Path.GetTempFileName();
        File.WriteAllText(_kubeconfig, KubeconfigText.Of(_server.Address, "none"));
    }

    /// <summary>The JSON of the whole list, uncompressed.</summary>
    public long Bytes { get; }

    public string Kubeconfig => _kubeconfig;

    public static DomainServer Start(int objects, DomainServerOptions options) =>
        new([.. Enumerable.Range(1, objects).Select(n => Encoding.UTF8.GetBytes(DomainSamples.Json(n, n, allManagedFields: options.AllManagedFields)))], options);

    /// <summary>A page of a list, as <see cref="Start"/> serves it.</summary>
    public static byte[] PageOf(int objects) =>
        new DomainPage([.. Enumerable.Range(1, objects).Select(n => Encoding.UTF8.GetBytes(DomainSamples.Json(n, n)))], Version, null).ToBytes();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(_kubeconfig);
    }

    private async Task AnswerAsync(ScriptedExchange exchange)
    {
        var target = exchange.Request.Target;
        if (!target.Contains("watch=true", StringComparison.Ordinal))
        {
            var first = Continue().Match(target) is { Success: true } match ? int.Parse(match.Groups["first"].ValueSpan, CultureInfo.InvariantCulture) : 0;
            await exchange.RespondAsync(200, _pages[first], "application/json", _options.Gzip ? [("Content-Encoding", "gzip")] : []);
        }
        else if (!target.Contains("sendInitialEvents=true", StringComparison.Ordinal))
        {
            await exchange.BeginAsync();
            await exchange.StallAsync();
        }
        else if (_options.Streams)
        {
            await exchange.BeginAsync();
            foreach (var item in _items)
                await exchange.WriteAsync((byte[])[.. """{"type":"ADDED","object":"""u8, .. item, .. "}\n"u8]);
            await exchange.WriteAsync(
                """{"type":"BOOKMARK","object":{"kind":"Domain","metadata":{"resourceVersion":"VERSION","annotations":{"k8s.io/initial-events-end":"true"}}}}"""
                    .Replace("VERSION", Version, StringComparison.Ordinal) + "\n");
            await exchange.StallAsync();
        }
        else
        {
            await exchange.RespondAsync(422, """{"kind":"Status","code":422,"reason":"Invalid","message":"sendInitialEvents is forbidden for watch"}""");
        }
    }

    private byte[] Page(int first)
    {
        var next = first + DomainServerOptions.PageSize;
        return new DomainPage(_items.Skip(first).Take(DomainServerOptions.PageSize), Version, next < _items.Count ? $"from-{next}" : null).ToBytes();
    }

    private static byte[] Gzip(byte[] page)
    {
        using var packed = new MemoryStream();
        // The level of API servers (defaultGzipContentEncodingLevel).
        using (var gzip = new GZipStream(packed, new ZLibCompressionOptions { CompressionLevel = 4 }))
            gzip.Write(page);
        return packed.ToArray();
    }

    [GeneratedRegex("continue=from-(?<first>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Continue();
}
