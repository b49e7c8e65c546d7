using System.Globalization;
using Reconciler.Api;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;

namespace Reconciler.Operator.Admission;

/// <summary>What only the comparison of a device with what it was before can tell.</summary>
internal static class DeviceUpdate
{
    /// <summary>Fields that can't be changed and were, and a volume that would have to shrink.</summary>
    public static IEnumerable<FieldError> Errors(Vbd before, Vbd after)
    {
        if (before.Spec is not { } old || after.Spec is not { } now) yield break;
        if (Fixed("VBD", "spec.domain", old.Domain, now.Domain) is { } domain) yield return domain;
        if (Fixed("VBD", "spec.device", old.Device, now.Device) is { } device) yield return device;

        var (then, later) = (old.Source?.Volume, now.Source?.Volume);
        if (then?.Pool == later?.Pool && then?.Name == later?.Name
            && Quantity.TryParse(then?.Create?.Size, out var size) && Quantity.TryParse(later?.Create?.Size, out var smaller) && smaller < size)
        {
            yield return new FieldError(
                "spec.source.volume.create.size", smaller.ToString(), $"a volume never shrinks, and it is {size}", $"Set it to {size} or more");
        }
    }

    /// <summary>Fields that can't be changed and were.</summary>
    public static IEnumerable<FieldError> Errors(Vif before, Vif after)
    {
        if (before.Spec is not { } old || after.Spec is not { } now) yield break;
        if (Fixed("VIF", "spec.domain", old.Domain, now.Domain) is { } domain) yield return domain;
        if (Fixed("VIF", "spec.index", Text(old.Index), Text(now.Index)) is { } index) yield return index;
    }

    /// <summary>Changes that what is attached does not follow.</summary>
    public static IEnumerable<string> Warnings(Vbd before, Vbd after) => Warnings("disk", ChangeRules.Vbd, before.Spec, after.Spec, after.Status?.Domid);

    /// <inheritdoc cref="Warnings(Vbd, Vbd)"/>
    public static IEnumerable<string> Warnings(Vif before, Vif after) => Warnings("NIC", ChangeRules.Vif, before.Spec, after.Spec, after.Status?.Domid);

    private static IEnumerable<string> Warnings<TSpec>(string what, IReadOnlyList<ChangeRule<TSpec>> rules, TSpec? before, TSpec? after, int? domid)
        where TSpec : class
    {
        if (before is null || after is null || domid is null) yield break;
        var later = rules.Changed(before, after, ChangeEffect.Replug).Select(field => $"spec.{field}").ToArray();
        if (later.Length > 0)
            yield return $"{string.Join(", ", later)}: the {what} is attached and stays as it is; delete the object and create it again, or restart the Domain, for it to take effect.";
    }

    private static FieldError? Fixed(string kind, string field, string before, string after) => before == after
        ? null
        : new FieldError(field, after, $"can't be changed, it is {before}", $"Set it back to {before}; or delete the {kind} and create it anew");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
