using System.Collections;
using System.Diagnostics;

namespace Reconciler.Runtime.Controllers;

/// <summary>What every log line and trace of one reconcile carries.</summary>
internal sealed class ReconcileScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _values;

    public ReconcileScope(string kind, ObjectKey key, string? uid, Random random)
    {
        ReconcileId = random.NextInt64().ToString("x16");
        _values =
        [
            new("kind", kind),
            new("namespace", key.Namespace),
            new("name", key.Name),
            new("uid", uid),
            new("reconcileId", ReconcileId),
        ];
    }

    public string ReconcileId { get; }

    public int Count => _values.Length;

    public KeyValuePair<string, object?> this[int index] => _values[index];

    public void Tag(Activity? activity)
    {
        foreach (var (name, value) in _values)
        {
            activity?.SetTag(name, value);
        }
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // What plain-text loggers print of a scope.
    public override string ToString() => string.Join(' ', _values.Where(v => v.Value is not null).Select(v => $"{v.Key}={v.Value}"));
}
