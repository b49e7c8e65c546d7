using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>Runtime services under test control: virtual time, seeded chance, logs kept as lines.</summary>
internal static class TestServices
{
    public static RuntimeServices Create(TimeProvider time, Log? log = null, int seed = 1, IMeterFactory? meters = null) => new()
    {
        Time = time,
        Random = new Random(seed),
        LoggerFactory = new LogFactory(log ?? new Log()),
        Metrics = new RuntimeMetrics(meters),
        Health = new OperatorHealth(time),
    };

    /// <summary>Loggers that write to a log.</summary>
    public static ILoggerFactory Loggers(Log log) => new LogFactory(log);

    internal sealed class Log
    {
        private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

        public IReadOnlyList<string> At(LogLevel level) => [.. _lines.Where(l => l.Level == level).Select(l => l.Text)];

        public IReadOnlyList<string> Lines => [.. _lines.Select(l => $"{l.Level}: {l.Text}")];

        public void Add(LogLevel level, string text) => _lines.Enqueue((level, text));
    }

    private sealed class LogFactory(Log log) : ILoggerFactory
    {
        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public ILogger CreateLogger(string categoryName) => new Logger(log);

        public void Dispose()
        {
        }
    }

    private sealed class Logger(Log log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(logLevel, formatter(state, exception));
    }
}
