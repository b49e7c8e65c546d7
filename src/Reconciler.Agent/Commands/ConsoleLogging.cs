using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Reconciler.Agent.Commands;

/// <summary>Log lines on the console: one line each, with UTC time.</summary>
internal static class ConsoleLogging
{
    /// <param name="logging">What is configured.</param>
    /// <param name="level">The least that is told.</param>
    /// <param name="toError">To standard error: standard output is for the answer.</param>
    public static void Configure(ILoggingBuilder logging, LogLevel level, bool toError = false)
    {
        Quieten(logging, level).AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        if (toError) logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Without what the framework tells of itself.</summary>
    public static ILoggingBuilder Quieten(ILoggingBuilder logging, LogLevel level) =>
        logging.SetMinimumLevel(level).AddFilter("Microsoft", LogLevel.Warning);
}
