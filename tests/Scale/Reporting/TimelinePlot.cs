using System.Globalization;
using System.Text;

namespace Reconciler.Scale.Reporting;

/// <summary>Two panels over the time of the run, as SVG: the latency of each Domain, and the operator's queue with what runs.</summary>
/// <remarks>Drawn by hand: none of the plotting libraries for .NET is among the packages that this project builds from.</remarks>
internal static class TimelinePlot
{
    private const string Blue = "#2563eb";
    private const string Orange = "#d97706";
    private const string Green = "#15803d";

    public static string Draw(ScaleResult result)
    {
        var end = Math.Max(1, result.Moments.Count == 0 ? 1 : result.Moments[^1].Seconds);
        var options = result.Options;
        var svg = new StringBuilder();
        svg.Append("""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 640" font-family="sans-serif" font-size="12">""").Append('\n');
        svg.Append("""<rect width="960" height="640" fill="white"/>""").Append('\n');
        Text(svg, 70, 24, Invariant($"{options.Domains} Domains on {options.Hosts} simulated hosts, {(options.Rate > 0 ? Invariant($"{options.Rate}/s") : "in one go")}: P50 {result.CreateToRunning.P50:0.00} s, P95 {result.CreateToRunning.P95:0.00} s, P99 {result.CreateToRunning.P99:0.00} s, {result.Throughput:0.0} Domains/s"), size: 15);

        var latency = new Panel(svg, Top: 60, end, Ticks.Nice(result.Passages.Count == 0 ? 1 : result.Passages.Max(p => p.Latency)));
        latency.Frame("create to Running, s, by the time of the request");
        foreach (var passage in result.Passages)
            latency.Dot(passage.AskedAt, passage.Latency, Blue);

        var most = result.Moments.Count == 0 ? 1 : result.Moments.Max(m => Math.Max(m.QueueDepth, m.Created));
        var depth = new Panel(svg, Top: 350, end, Ticks.Nice(most));
        depth.Frame("keys that wait in the operator, Domains created, changes seen in status");
        depth.Line(result.Moments.Select(m => (m.Seconds, m.QueueDepth)), Orange, "queue");
        depth.Line(result.Moments.Select(m => (m.Seconds, (double)m.Created)), Blue, "created");
        depth.Line(result.Moments.Select(m => (m.Seconds, Math.Min(m.Running, most))), Green, "seen");
        Text(svg, 70, 630, result.Machine.ToString(), size: 11);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string anchor = "start", int size = 12, string fill = "#111") =>
        svg.Append(Invariant($"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">{System.Security.SecurityElement.Escape(text)}</text>""")).Append('\n');

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Panel(StringBuilder Svg, double Top, double EndX, double EndY)
    {
        private const double Left = 70;
        private const double Width = 860;
        private const double Height = 220;
        private double _legend = Left + Width;

        public void Frame(string title)
        {
            Text(Svg, Left, Top - 8, title);
            foreach (var value in Ticks.Between(EndY))
            {
                Svg.Append(Invariant($"""<line x1="{Left}" x2="{Left + Width}" y1="{Y(value):0.#}" y2="{Y(value):0.#}" stroke="#ddd"/>""")).Append('\n');
                Text(Svg, Left - 8, Y(value) + 4, Invariant($"{value:0.###}"), "end");
            }
            foreach (var value in Ticks.Between(Ticks.Nice(EndX)).Where(v => v <= EndX))
                Text(Svg, X(value), Top + Height + 16, Invariant($"{value:0.#} s"), "middle");
        }

        public void Dot(double x, double y, string colour) =>
            Svg.Append(Invariant($"""<circle cx="{X(x):0.#}" cy="{Y(y):0.#}" r="1.6" fill="{colour}" fill-opacity="0.45"/>""")).Append('\n');

        public void Line(IEnumerable<(double X, double Y)> points, string colour, string name)
        {
            var path = string.Join(' ', points.Select(p => Invariant($"{X(p.X):0.#},{Y(p.Y):0.#}")));
            Svg.Append($"""<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"/>""").Append('\n');
            Text(Svg, _legend, Top - 8, name, "end", fill: colour);
            _legend -= 70;
        }

        private double X(double value) => Left + (value / EndX * Width);

        private double Y(double value) => Top + Height - (Math.Min(value, EndY) / EndY * Height);
    }

    /// <summary>Round numbers for an axis from zero.</summary>
    private static class Ticks
    {
        public static double Nice(double most)
        {
            var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(most, 1e-3))));
            return new[] { 1, 2, 5, 10 }.Select(m => m * power).First(v => v >= most);
        }

        public static IEnumerable<double> Between(double end) => Enumerable.Range(0, 6).Select(i => end * i / 5);
    }
}
