using System.Collections.ObjectModel;

namespace Reconciler.Xen.Host;

/// <summary>A list that is equal to another one with equal items in the same order, as the records that hold it are. Not changed once it is filled.</summary>
public sealed class ValueList<T> : Collection<T>, IEquatable<ValueList<T>>
{
    public bool Equals(ValueList<T>? other) => other is not null && this.SequenceEqual(other);

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in this)
            hash.Add(item);
        return hash.ToHashCode();
    }

    public override string ToString() => $"[{string.Join(", ", this)}]";
}
