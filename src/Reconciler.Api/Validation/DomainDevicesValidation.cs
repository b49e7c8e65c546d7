using System.Globalization;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Validation;

/// <summary>The devices of a Domain: its templates, and what it waits for.</summary>
internal static class DomainDevicesValidation
{
    public static IEnumerable<FieldError> Validate(DomainSpec spec)
    {
        var vbds = spec.VbdTemplates ?? [];
        var vifs = spec.VifTemplates ?? [];
        return
        [
            .. AtMost("spec.vbdTemplates", vbds.Count, DomainSpec.MaximumVbdTemplates, "disks"),
            .. vbds.SelectMany(template => VbdValidation.Validate(template.ToSpec(""), $"spec.vbdTemplates[{template.Device}]")),
            .. vbds.Count < 2 ? [] : Repeated("spec.vbdTemplates", vbds.Select(template => template.Device), "device"),
            .. AtMost("spec.vifTemplates", vifs.Count, DomainSpec.MaximumVifTemplates, "NICs"),
            .. vifs.SelectMany(template => VifValidation.Validate(template.ToSpec(""), $"spec.vifTemplates[{Text(template.Index)}]")),
            .. vifs.Count < 2 ? [] : Repeated("spec.vifTemplates", vifs.Select(template => Text(template.Index)), "index"),
            .. Names("spec.waitFor.vbds", spec.WaitFor?.Vbds ?? [], "VBD"),
            .. Names("spec.waitFor.vifs", spec.WaitFor?.Vifs ?? [], "VIF"),
        ];
    }

    private static IEnumerable<FieldError> AtMost(string path, int count, int maximum, string what)
    {
        if (count > maximum) yield return new FieldError(path, Text(count), $"more than the maximum of {maximum} {what}", "Take some out, or make them objects of their own");
    }

    private static IEnumerable<FieldError> Repeated(string path, IEnumerable<string> keys, string key) => keys
        .GroupBy(value => value, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => new FieldError($"{path}[{group.Key}].{key}", group.Key, $"the {key} is used more than once", "Give each its own"));

    private static IEnumerable<FieldError> Names(string path, IReadOnlyList<string> names, string kind) =>
    [
        .. AtMost(path, names.Count, WaitForSpec.MaximumNames, "names"),
        .. names.Select((name, i) => FieldRules.ObjectName($"{path}[{i}]", name, kind)).OfType<FieldError>(),
    ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
