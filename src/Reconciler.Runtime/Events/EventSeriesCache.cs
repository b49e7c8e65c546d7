using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Events;

/// <summary>
/// Decides what is written for each occurrence: the first one is an event, the second turns it into a series, later ones are counted here
/// and written now and then (KEP 383). Pure but for its memory; one loop uses it.
/// </summary>
internal sealed class EventSeriesCache
{
    /// <summary>A series ends when nothing came for so long; what comes later is a new event.</summary>
    public static readonly TimeSpan Finish = TimeSpan.FromMinutes(6);

    /// <summary>How often the count of a series that goes on is written.</summary>
    public static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromMinutes(30);

    private readonly Dictionary<EventKey, Entry> _entries = [];

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>What to write for an occurrence; null when it is only counted.</summary>
    /// <param name="occurrence">What happened.</param>
    /// <param name="create">Makes the event, for a first occurrence.</param>
    public EventWrite? Record(Occurrence occurrence, Func<Occurrence, Event> create)
    {
        if (!_entries.TryGetValue(occurrence.Key, out var entry) || HasPassed(Finish, entry.LastObserved, occurrence.At))
        {
            var written = create(occurrence);
            _entries[occurrence.Key] = new Entry(written) { LastObserved = occurrence.At, LastWritten = occurrence.At };
            return new EventWrite(written, null, occurrence.Origin);
        }

        entry.Count++;
        entry.LastObserved = occurrence.At;
        entry.Unwritten = true;
        return entry.Count == 2 ? entry.Write(occurrence.At) with { Origin = occurrence.Origin } : null;
    }

    /// <summary>Counts that are due to be written; what has ended is forgotten.</summary>
    /// <param name="now">The time.</param>
    /// <param name="all">Write all that is unwritten, as at the end of the process.</param>
    public IReadOnlyList<EventWrite> Sweep(DateTimeOffset now, bool all = false)
    {
        var writes = new List<EventWrite>();
        foreach (var (key, entry) in _entries.ToList())
        {
            var finished = HasPassed(Finish, entry.LastObserved, now);
            if (entry.Unwritten && (all || finished || HasPassed(HeartbeatPeriod, entry.LastWritten, now)))
            {
                writes.Add(entry.Write(now));
            }

            if (finished)
            {
                _entries.Remove(key);
            }
        }

        return writes;
    }

    // These are the wall clock's times, as the events show them: one that was set back counts as time that passed.
    private static bool HasPassed(TimeSpan period, DateTimeOffset from, DateTimeOffset now) => (now - from).Duration() >= period;

    private sealed class Entry(Event written)
    {
        public int Count { get; set; } = 1;

        public DateTimeOffset LastObserved { get; set; }

        public DateTimeOffset LastWritten { get; set; }

        public bool Unwritten { get; set; }

        public EventWrite Write(DateTimeOffset now)
        {
            Unwritten = false;
            LastWritten = now;
            return new EventWrite(written, new EventSeries { Count = Count, LastObservedTime = LastObserved });
        }
    }
}
