using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Reconciler.Runtime.Web.Otlp;

/// <summary>
/// OpenTelemetry's SDK tells what goes wrong to an event source alone. It becomes a log line, at once the first time and then at most every ten
/// minutes: a collector that is away fails every few seconds.
/// </summary>
internal sealed partial class ExportWarnings(ILogger logger, TimeProvider time) : EventListener
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private long? _warnedAt;
    private long _unsaid;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name.StartsWith("OpenTelemetry", StringComparison.Ordinal))
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        long unsaid;
        lock (_gate)
        {
            if (_warnedAt is { } last && time.GetElapsedTime(last) < Period)
            {
                _unsaid++;
                return;
            }

            _warnedAt = time.GetTimestamp();
            (unsaid, _unsaid) = (_unsaid, 0);
        }

        Log.NotExported(logger, TextOf(eventData), unsaid);
    }

    /// <summary>The event's text, with the first line of each of its values: the others are stack traces.</summary>
    private static string TextOf(EventWrittenEventArgs eventData)
    {
        var values = eventData.Payload?.Select(v => (object?)Convert.ToString(v, CultureInfo.InvariantCulture)?.Split('\n')[0].TrimEnd()).ToArray() ?? [];
        try
        {
            return eventData.Message is { } format ? string.Format(CultureInfo.InvariantCulture, format, values) : $"{eventData.EventName}: {string.Join(", ", values)}";
        }
        catch (FormatException)
        {
            return $"{eventData.EventName}: {string.Join(", ", values)}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Traces or metrics could not be exported, and may be lost ({Unsaid} more such since the last warning): {Error}")]
        public static partial void NotExported(ILogger logger, string error, long unsaid);
    }
}
