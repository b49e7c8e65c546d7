namespace Reconciler.Api.Scheduling;

/// <summary>Domains that have a host, by namespace and label.</summary>
internal sealed class LabelIndex
{
    private static readonly HashSet<Resident> None = [];

    private readonly Dictionary<(string? Namespace, string Name, string Value), HashSet<Resident>> _residents = [];

    public void Add(Resident resident, KeyValuePair<string, string> label)
    {
        var key = Key(resident.Domain.Metadata.Namespace, label);
        if (!_residents.TryGetValue(key, out var residents)) _residents[key] = residents = [];
        residents.Add(resident);
    }

    public void Remove(Resident resident, KeyValuePair<string, string> label)
    {
        var key = Key(resident.Domain.Metadata.Namespace, label);
        if (_residents.TryGetValue(key, out var residents) && residents.Remove(resident) && residents.Count == 0) _residents.Remove(key);
    }

    /// <summary>In no order.</summary>
    public IReadOnlyCollection<Resident> Find(string? @namespace, KeyValuePair<string, string> label) => _residents.GetValueOrDefault(Key(@namespace, label), None);

    private static (string? Namespace, string Name, string Value) Key(string? @namespace, KeyValuePair<string, string> label) => (@namespace, label.Key, label.Value);
}
