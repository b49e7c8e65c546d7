using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Benchmarks.Placement;

/// <summary>Lists an estate as an API server does, in pages that are made beforehand; other kinds are there and have no objects. Watches stay silent, and every write is told that its object is gone.</summary>
internal sealed partial class EstateServer : IAsyncDisposable
{
    private const int PageSize = 500;
    private readonly Dictionary<(string Plural, int First, int Count), byte[]> _pages = [];
    private readonly TaskCompletionSource _decided = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedHttpServer _server;
    private readonly ConcurrentDictionary<string, bool> _written = new(StringComparer.Ordinal);
    private int _otherWrites;

    private EstateServer(SettledEstate estate)
    {
        Add(estate.Hosts);
        Add(estate.Leases);
        Add(estate.Domains);
        _server = ScriptedHttpServer.Start(AnswerAsync);
        Kubeconfig = Path.GetTempFileName();
        File.WriteAllText(Kubeconfig, KubeconfigText.Of(_server.Address, "none"));
    }

    public string Kubeconfig { get; }

    /// <summary>The status of the last new Domain is written.</summary>
    public Task Decided => _decided.Task;

    /// <summary>Writes to anything else up to then.</summary>
    public int OtherWrites => Volatile.Read(ref _otherWrites);

    public static EstateServer Start(SettledEstate estate) => new(estate);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(Kubeconfig);
    }

    private async Task AnswerAsync(ScriptedExchange exchange)
    {
        var (method, target) = (exchange.Request.Method, exchange.Request.Target);
        if (method != "GET")
        {
            Note(target);
            await exchange.RespondAsync(404, """{"kind":"Status","code":404,"reason":"NotFound","message":"not found"}""");
        }
        else if (target.Contains("sendInitialEvents=true", StringComparison.Ordinal))
        {
            await exchange.RespondAsync(422, """{"kind":"Status","code":422,"reason":"Invalid","message":"sendInitialEvents is forbidden for watch"}""");
        }
        else if (target.Contains("watch=true", StringComparison.Ordinal))
        {
            await exchange.BeginAsync();
            await exchange.StallAsync();
        }
        else
        {
            var plural = target.Split('?')[0].Split('/')[^1];
            var page = (plural, Number(First(), target, 0), Math.Min(Number(Limit(), target, PageSize), PageSize));
            await exchange.RespondAsync(200, _pages.GetValueOrDefault(page) ?? Page([], null), "application/json");
        }
    }

    private void Note(string target)
    {
        if (StatusOf().Match(target) is not { Success: true } match) Interlocked.Increment(ref _otherWrites);
        else if (_written.TryAdd(match.Groups["name"].Value, true) && _written.Count == SettledEstate.New) _decided.TrySetResult();
    }

    private void Add<T>(IReadOnlyList<T> objects)
        where T : class, IResource<T>
    {
        byte[][] items = [.. objects.OrderBy(item => item.Metadata.Name, StringComparer.Ordinal).Select(item => JsonSerializer.SerializeToUtf8Bytes(item, T.Definition.JsonTypeInfo))];
        // Of one: whether there is such a kind.
        _pages[(T.Definition.Plural, 0, 1)] = Page(items[..1], "from-1");
        for (var first = 0; first < items.Length; first += PageSize)
        {
            var next = first + PageSize;
            _pages[(T.Definition.Plural, first, PageSize)] = Page(items[first..Math.Min(next, items.Length)], next < items.Length ? $"from-{next}" : null);
        }
    }

    private static byte[] Page(byte[][] items, string? next)
    {
        using var page = new MemoryStream();
        page.Write("""{"items":["""u8);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) page.Write(","u8);
            page.Write(items[i]);
        }

        page.Write(Encoding.UTF8.GetBytes($$$"""],"metadata":{"continue":"{{{next}}}","resourceVersion":"1"}}"""));
        return page.ToArray();
    }

    private static int Number(Regex pattern, string target, int otherwise) =>
        pattern.Match(target) is { Success: true } match ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex("/domains/(?<name>" + SettledEstate.NewPrefix + "[^/]+)/status", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusOf();

    [GeneratedRegex("continue=from-(?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex First();

    [GeneratedRegex("limit=(?<number>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Limit();
}
