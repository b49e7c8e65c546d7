using System.Collections;

namespace Reconciler.Runtime.Controllers;

/// <summary>What every log line and trace of one reconcile carries.</summary>
internal sealed class ReconcileScope : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] _values;

    /// <param name="kind">The kind of the object.</param>
    /// <param name="key">Its namespace and name.</param>
    /// <param name="uid">Its uid; null when it is not there.</param>
    /// <param name="reconcileId">32 hexadecimal digits: the id of the reconcile's trace when there is one, so that a log line leads to it.</param>
    public ReconcileScope(string kind, ObjectKey key, string? uid, string reconcileId)
    {
        ReconcileId = reconcileId;
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

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)_values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // What plain-text loggers print of a scope.
    public override string ToString() => string.Join(' ', _values.Where(v => v.Value is not null).Select(v => $"{v.Key}={v.Value}"));
}
