using System.Collections.Concurrent;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Testing.Otlp;

/// <summary>
/// A collector: takes OTLP over http/protobuf and decodes as much of it as tests ask for. Field numbers are those of
/// opentelemetry-proto's collector/{trace,metrics}/v1.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpSpan> _spans = [];
    private readonly ConcurrentDictionary<string, string> _metrics = new(StringComparer.Ordinal);
    private readonly ScriptedHttpServer _server;

    private OtlpReceiver() => _server = ScriptedHttpServer.Start(TakeAsync);

    /// <summary>The value of OTEL_EXPORTER_OTLP_ENDPOINT; with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.</summary>
    public Uri Endpoint => _server.Address;

    /// <summary>All spans up to now.</summary>
    public IReadOnlyList<OtlpSpan> Spans => [.. _spans];

    /// <summary>Names of all metrics up to now, by the meter that they are of.</summary>
    public IReadOnlyDictionary<string, string> Metrics => _metrics;

    public static OtlpReceiver Start() => new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task TakeAsync(ScriptedExchange exchange)
    {
        foreach (var resource in Messages(exchange.Request.Body, 1))
        {
            if (exchange.Request.Target == "/v1/traces") TakeSpans(resource);
            else if (exchange.Request.Target == "/v1/metrics") TakeMetrics(resource);
        }

        return exchange.RespondAsync(200, [], "application/x-protobuf");
    }

    private void TakeSpans(ReadOnlyMemory<byte> resourceSpans)
    {
        var service = Messages(resourceSpans, 1).SelectMany(resource => Attributes(resource, 1)).ToDictionary().GetValueOrDefault("service.name", "");
        foreach (var span in Messages(resourceSpans, 2).SelectMany(scope => Messages(scope, 2)))
        {
            var fields = ProtobufField.Read(span).ToLookup(f => f.Number);
            _spans.Enqueue(new OtlpSpan(
                service, fields[1].Single().Hex, fields[2].Single().Hex, fields[4].SingleOrDefault().Hex, fields[5].Single().Text,
                fields[7].Single().Number64, fields[8].Single().Number64, Attributes(span, 9).ToDictionary(),
                [.. fields[13].SelectMany(link => ProtobufField.Read(link.Bytes)).Where(f => f.Number == 1).Select(f => f.Hex)]));
        }
    }

    private void TakeMetrics(ReadOnlyMemory<byte> resourceMetrics)
    {
        foreach (var scope in Messages(resourceMetrics, 2))
        {
            var meter = Messages(scope, 1).SelectMany(ProtobufField.Read).First(f => f.Number == 1).Text;
            foreach (var metric in Messages(scope, 2)) _metrics[ProtobufField.Read(metric).First(f => f.Number == 1).Text] = meter;
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int number) =>
        ProtobufField.Read(message).Where(f => f.Number == number).Select(f => f.Bytes);

    /// <summary>KeyValue { key = 1; AnyValue value = 2 { string_value = 1 } }.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Attributes(ReadOnlyMemory<byte> message, int number)
    {
        foreach (var pair in Messages(message, number))
        {
            var fields = ProtobufField.Read(pair).ToList();
            var text = fields.Where(f => f.Number == 2).SelectMany(f => ProtobufField.Read(f.Bytes)).Where(f => f.Number == 1).Select(f => f.Text).SingleOrDefault();
            if (text is not null) yield return new(fields.First(f => f.Number == 1).Text, text);
        }
    }
}
