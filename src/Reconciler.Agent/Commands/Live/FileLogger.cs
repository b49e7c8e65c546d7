using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Reconciler.Agent.Commands.Live;

/// <summary>Log lines to a file, while a table has the terminal. Begins anew with each process.</summary>
internal sealed class FileLogger : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _writer;
    private readonly TimeProvider _time;

    public FileLogger(string path, TimeProvider time)
    {
        _writer = new StreamWriter(path, append: false) { AutoFlush = true };
        _time = time;
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose()
    {
        lock (_gate) _writer.Dispose();
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        lock (_gate)
        {
            _writer.WriteLine($"{_time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)} {level}: {category}: {message}");
            if (exception is not null) _writer.WriteLine(exception);
        }
    }

    private sealed class Category(FileLogger owner, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            owner.Write(logLevel, name, formatter(state, exception), exception);
    }
}
