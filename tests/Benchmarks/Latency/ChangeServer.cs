using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reconciler.Benchmarks.Informer;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Benchmarks.Latency;

/// <summary>
/// Lists Domains and then changes them, one after the other, at a steady pace. Each change carries the time at which it was sent
/// (<see cref="LatencyProbe.Annotation"/>).
/// </summary>
internal sealed class ChangeServer : IAsyncDisposable
{
    /// <summary>What the first list causes is over by then.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    private readonly int _changes;
    private readonly TimeSpan _pace;
    private readonly byte[] _list;
    private readonly ScriptedHttpServer _server;

    public ChangeServer(int changes, TimeSpan pace)
    {
        (_changes, _pace) = (changes, pace);
        _list = DomainServer.PageOf(changes);
        _server = ScriptedHttpServer.Start(AnswerAsync);
        Kubeconfig = Path.GetTempFileName();
        File.WriteAllText(Kubeconfig, KubeconfigText.Of(_server.Address, "none"));
    }

    public string Kubeconfig { get; }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(Kubeconfig);
    }

    private async Task AnswerAsync(ScriptedExchange exchange)
    {
        var target = exchange.Request.Target;
        if (target.Contains("sendInitialEvents=true", StringComparison.Ordinal))
        {
            await exchange.RespondAsync(422, """{"kind":"Status","code":422,"reason":"Invalid","message":"sendInitialEvents is forbidden for watch"}""");
        }
        else if (target.Contains("watch=true", StringComparison.Ordinal))
        {
            await exchange.BeginAsync();
            await Task.Delay(Settle, exchange.Stopped);
            await SendAsync(exchange);
            await exchange.StallAsync();
        }
        else
        {
            await exchange.RespondAsync(200, _list, "application/json");
        }
    }

    private async Task SendAsync(ScriptedExchange exchange)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var change = 1; change <= _changes; change++)
        {
            var ahead = (_pace * change) - Stopwatch.GetElapsedTime(begun);
            if (ahead > TimeSpan.Zero)
                await Task.Delay(ahead, exchange.Stopped);
            var json = DomainSamples.Json(change, 200_000 + change, generation: 2, annotation: Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture));
            await exchange.WriteAsync(Encoding.UTF8.GetBytes($$$"""{"type":"MODIFIED","object":{{{json}}}}""" + "\n"));
        }
    }
}
