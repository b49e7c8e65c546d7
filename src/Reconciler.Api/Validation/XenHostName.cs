namespace Reconciler.Api.Validation;

/// <summary>Names of XenHosts: a DNS subdomain (RFC 1123) that is short enough to be a label's value.</summary>
internal static class XenHostName
{
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= XenApi.MaximumHostNameLength && name.Split('.').All(IsLabel);

    private static bool IsLabel(string label) =>
        label.Length > 0 && IsAlphanumeric(label[0]) && IsAlphanumeric(label[^1]) && label.All(c => c == '-' || IsAlphanumeric(c));

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
