using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Validation;

/// <summary>What a VIF must fulfil by itself before anything acts on it; the schema says the same.</summary>
/// <remarks>Pure: neither other objects nor the host are looked at.</remarks>
public static class VifValidation
{
    private static readonly SearchValues<char> OfAddresses = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Every field that is wrong, in the order of the manifest; empty when the VIF is acceptable.</summary>
    public static IReadOnlyList<FieldError> Validate(Vif vif)
    {
        ArgumentNullException.ThrowIfNull(vif);
        return vif.Spec is null
            ? [new FieldError("spec", null, "a VIF needs a spec", "Give at least spec.domain, spec.index and spec.network")]
            : [.. new[] { FieldRules.ObjectName("spec.domain", vif.Spec.Domain, "Domain") }.OfType<FieldError>(), .. Validate(vif.Spec, "spec")];
    }

    /// <summary>All but the domain, for a template too.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Of the spec: <c>spec</c>, or <c>spec.vifTemplates[0]</c>.</param>
    internal static IEnumerable<FieldError> Validate(VifSpec spec, string path)
    {
        IEnumerable<FieldError?> errors =
        [
            Index($"{path}.index", spec.Index),
            FieldRules.ObjectName($"{path}.network", spec.Network, "XenNetwork"),
            Mac($"{path}.macAddress", spec.MacAddress),
            FieldRules.Between($"{path}.mtu", spec.Mtu, VifSpec.MinimumMtu, VifSpec.MaximumMtu, "bytes"),
            Rate($"{path}.rate", spec.Rate),
            FieldRules.Known($"{path}.linkState", spec.LinkState),
            .. Ips(spec.LockedAddresses?.Ips ?? [], $"{path}.lockedAddresses.ips"),
            .. DetachValidation.Validate(spec.Detach, $"{path}.detach"),
        ];
        return errors.OfType<FieldError>();
    }

    private static FieldError? Index(string field, int index) => index is >= 0 and <= VifSpec.MaximumIndex ? null : new FieldError(
        field, index.ToString(CultureInfo.InvariantCulture), $"a Domain has NICs 0 to {VifSpec.MaximumIndex}", $"Set it to 0 to {VifSpec.MaximumIndex}");

    private static FieldError? Mac(string field, string? address)
    {
        if (address is null) return null;
        var error = FieldRules.Matches(
            field, address, MacAddress.Pattern, MacAddress.Length,
            "not a unicast MAC address", "Write six bytes such as 00:16:3e:01:02:03, the first of them even; or leave it out");
        return error ?? (address == "00:00:00:00:00:00" ? new FieldError(field, address, "all zero is no address", "Give another, or leave it out") : null);
    }

    private static FieldError? Rate(string field, string? rate)
    {
        if (rate is null) return null;
        if (!VifRate.TryParse(rate, out var bytesPerSecond))
            return new FieldError(field, rate, "not a rate", "Write bits or bytes a second such as 100Mb/s or 12MB/s, or leave it out for no limit");
        return bytesPerSecond >= VifRate.MinimumBytesPerSecond ? null : new FieldError(
            field, rate, "less than the minimum of 8Kb/s", "Set it to at least 8Kb/s; to cut the NIC off, set linkState to Down");
    }

    private static IEnumerable<FieldError?> Ips(IReadOnlyList<string> ips, string path)
    {
        if (ips.Count > LockedAddresses.MaximumIps)
            yield return new FieldError(path, $"{ips.Count} addresses", $"more than the {LockedAddresses.MaximumIps} that can be locked", "Lock fewer");
        for (var i = 0; i < ips.Count; i++)
        {
            if (!IsAddress(ips[i])) yield return new FieldError($"{path}[{i}]", ips[i], "not an IPv4 or IPv6 address", "Write an address such as 192.0.2.7 or 2001:db8::7, without a prefix length");
        }
    }

    /// <summary>.NET reads 10.1 as 10.0.0.1, 010 as octal, and a scope after '%': none of them is what a rule on the host would be given.</summary>
    private static bool IsAddress(string text)
    {
        if (text is null || text.Length > LockedAddresses.MaximumIpLength || text.AsSpan().ContainsAnyExcept(OfAddresses)) return false;
        if (!IPAddress.TryParse(text, out var address)) return false;
        return address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text;
    }
}
