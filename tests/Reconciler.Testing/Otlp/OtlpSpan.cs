namespace Reconciler.Testing.Otlp;

/// <summary>A span as a collector gets it (opentelemetry/proto/trace/v1/trace.proto).</summary>
/// <param name="Service">service.name of its resource.</param>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="ParentId">Empty for a root.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Start">Nanoseconds since 1970.</param>
/// <param name="End">Nanoseconds since 1970.</param>
/// <param name="Tags">Its attributes of type string.</param>
/// <param name="Links">Traces that it is linked to.</param>
public sealed record OtlpSpan(
    string Service, string TraceId, string SpanId, string ParentId, string Name, ulong Start, ulong End, IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Links);
