using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Reconciler.Embedded.Ownership;

/// <summary>
/// An immutable set of field paths, as a trie. Path elements are those of fieldsV1: <c>f:name</c>, <c>k:{"type":"Ready"}</c>, <c>v:"a"</c>.
/// </summary>
/// <remarks>The format is that of structured-merge-diff (fieldpath/serialize-pe.go), so that state files read like any managedFields.</remarks>
internal sealed class FieldSet
{
    private static readonly ImmutableSortedDictionary<string, FieldSet> NoChildren =
        ImmutableSortedDictionary.Create<string, FieldSet>(StringComparer.Ordinal);

    public static readonly FieldSet Empty = new(isMember: false, NoChildren);

    /// <summary>The set of the one path that ends here.</summary>
    public static readonly FieldSet Self = new(isMember: true, NoChildren);

    private FieldSet(bool isMember, ImmutableSortedDictionary<string, FieldSet> children)
    {
        IsMember = isMember;
        Children = children;
    }

    /// <summary>True when the path that leads here is in the set itself.</summary>
    public bool IsMember { get; }

    public ImmutableSortedDictionary<string, FieldSet> Children { get; }

    public bool IsEmpty => !IsMember && Children.IsEmpty;

    /// <summary>What the set holds below <paramref name="element"/>.</summary>
    public FieldSet Child(string element) => Children.GetValueOrDefault(element, Empty);

    public FieldSet WithMember(bool isMember) => isMember == IsMember ? this : new(isMember, Children);

    public FieldSet WithChild(string element, FieldSet child) =>
        new(IsMember, child.IsEmpty ? Children.Remove(element) : Children.SetItem(element, child));

    public FieldSet Union(FieldSet other)
    {
        if (other.IsEmpty) return this;
        if (IsEmpty) return other;
        var result = WithMember(IsMember || other.IsMember);
        foreach (var (element, child) in other.Children) result = result.WithChild(element, Child(element).Union(child));
        return result;
    }

    public FieldSet Except(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty) return this;
        var result = WithMember(IsMember && !other.IsMember);
        foreach (var (element, child) in other.Children)
            if (Children.TryGetValue(element, out var mine)) result = result.WithChild(element, mine.Except(child));
        return result;
    }

    public FieldSet Intersect(FieldSet other)
    {
        if (IsEmpty || other.IsEmpty) return Empty;
        var result = Empty.WithMember(IsMember && other.IsMember);
        foreach (var (element, child) in Children) result = result.WithChild(element, child.Intersect(other.Child(element)));
        return result;
    }

    /// <summary>The paths, for messages: ".spec.memory.size".</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember) yield return prefix.Length == 0 ? "." : prefix;
        foreach (var (element, child) in Children)
        {
            var text = element[..2] == "f:" ? $".{element[2..]}" : $"[{element[2..]}]";
            foreach (var path in child.Paths(prefix + text)) yield return path;
        }
    }

    public JsonObject ToFieldsV1()
    {
        var result = new JsonObject();
        if (IsMember && !Children.IsEmpty) result["."] = new JsonObject();
        foreach (var (element, child) in Children) result[element] = child.ToFieldsV1();
        return result;
    }

    public static FieldSet FromFieldsV1(JsonObject fields)
    {
        var result = Empty;
        foreach (var (element, child) in fields)
        {
            if (element == ".") result = result.WithMember(isMember: true);
            else result = result.WithChild(element, child is JsonObject { Count: > 0 } members ? FromFieldsV1(members) : Self);
        }

        return result;
    }

    public bool SetEquals(FieldSet other) => Except(other).IsEmpty && other.Except(this).IsEmpty;

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Paths());
}
