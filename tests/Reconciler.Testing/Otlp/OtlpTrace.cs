using Shouldly;

namespace Reconciler.Testing.Otlp;

/// <summary>The spans of one trace.</summary>
/// <param name="Spans">All of them.</param>
public sealed record OtlpTrace(IReadOnlyList<OtlpSpan> Spans)
{
    /// <summary>The only one without a parent.</summary>
    public OtlpSpan Root => Spans.Single(s => s.ParentId.Length == 0);

    /// <summary>All traces among some spans, in the order of their beginning.</summary>
    public static IReadOnlyList<OtlpTrace> Of(IEnumerable<OtlpSpan> spans) =>
        [.. spans.GroupBy(s => s.TraceId).Select(t => new OtlpTrace([.. t.OrderBy(s => s.Start)])).OrderBy(t => t.Spans[0].Start)];

    /// <summary>The names of the spans from the root to this one.</summary>
    public IReadOnlyList<string> PathOf(OtlpSpan span)
    {
        ArgumentNullException.ThrowIfNull(span);
        return span.ParentId.Length == 0 ? [span.Name] : [.. PathOf(Spans.Single(s => s.SpanId == span.ParentId)), span.Name];
    }

    /// <summary>One root, every other span below it, and none that begins before its parent.</summary>
    public void ShouldBeATree()
    {
        Spans.Select(s => s.SpanId).ShouldBeUnique();
        foreach (var span in Spans)
        {
            PathOf(span)[0].ShouldBe(Root.Name);
            span.End.ShouldBeGreaterThanOrEqualTo(span.Start, span.Name);
            span.Start.ShouldBeGreaterThanOrEqualTo(Root.Start, span.Name);
        }
    }
}
