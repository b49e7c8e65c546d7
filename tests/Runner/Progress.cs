using System.Diagnostics;

namespace Reconciler.Testing.Runner;

/// <summary>
/// What the run is doing, one line an event, each with the seconds since its start. A run without an event names what is
/// still at work every half minute, so that a silent minute can't be mistaken for a hang (nor be one unseen).
/// </summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Dictionary<string, TimeSpan> _active = new(StringComparer.Ordinal);
    private readonly Timer _heartbeat;
    private TimeSpan _lastLine;

    public Progress() => _heartbeat = new Timer(_ => Heartbeat(), null, HeartbeatInterval, HeartbeatInterval);

    public void Say(string what)
    {
        lock (_gate)
        {
            _lastLine = _clock.Elapsed;
            Console.WriteLine($"[{_lastLine.TotalSeconds,6:0.0} s] {what}");
        }
    }

    /// <summary>Marks <paramref name="name"/> as being at work until the returned handle is disposed.</summary>
    public IDisposable Working(string name)
    {
        lock (_gate)
        {
            _active[name] = _clock.Elapsed;
        }

        return new Work(this, name);
    }

    public void Dispose() => _heartbeat.Dispose();

    private void Heartbeat()
    {
        lock (_gate)
        {
            if (_active.Count == 0 || _clock.Elapsed - _lastLine < HeartbeatInterval)
                return;

            var names = _active.Select(entry => $"{entry.Key} ({(_clock.Elapsed - entry.Value).TotalSeconds:0} s)");
            Say($"still at work: {string.Join(", ", names)}");
        }
    }

    private void Done(string name)
    {
        lock (_gate)
        {
            _active.Remove(name);
        }
    }

    private sealed class Work(Progress owner, string name) : IDisposable
    {
        public void Dispose() => owner.Done(name);
    }
}
