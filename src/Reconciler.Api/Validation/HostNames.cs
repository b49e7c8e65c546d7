namespace Reconciler.Api.Validation;

/// <summary>The names of a list by host.</summary>
internal static class HostNames
{
    public static IEnumerable<FieldError?> Validate(string path, IReadOnlyCollection<string> names, int maximum) =>
    [
        names.Count <= maximum ? null : new FieldError(path, $"{names.Count} hosts", $"more than the {maximum} that can be named", "Name fewer"),
        .. names.Select(name => FieldRules.HostName($"{path}[{name}].name", name)),
        .. names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => new FieldError($"{path}[{group.Key}]", group.Key, "the host is named more than once", "Keep one entry")),
    ];
}
