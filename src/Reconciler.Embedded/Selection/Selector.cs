using Reconciler.Embedded.Storage;

namespace Reconciler.Embedded.Selection;

/// <summary>Which objects of a kind a list or watch is about.</summary>
internal sealed class Selector
{
    private readonly string? _namespace;
    private readonly LabelSelector _labels;
    private readonly FieldSelector _fields;

    /// <exception cref="FormatException">A selector can't be read.</exception>
    public Selector(string? @namespace, string? labelSelector, string? fieldSelector)
    {
        _namespace = @namespace;
        _labels = LabelSelector.Parse(labelSelector);
        _fields = FieldSelector.Parse(fieldSelector);
    }

    public bool Matches(StoredObject entity) =>
        (_namespace is null || _namespace == entity.Key.Namespace)
        && _fields.Matches(entity.Key.Namespace, entity.Key.Name)
        && _labels.Matches(entity.Labels);
}
