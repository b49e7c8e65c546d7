namespace Reconciler.Api.Validation;

/// <summary>DNS subdomains (RFC 1123), as objects are named.</summary>
internal static class DnsSubdomain
{
    public static bool IsValid(string name, int maximumLength) =>
        name.Length > 0 && name.Length <= maximumLength && name.Split('.').All(IsLabel);

    private static bool IsLabel(string label) =>
        label.Length > 0 && IsAlphanumeric(label[0]) && IsAlphanumeric(label[^1]) && label.All(c => c == '-' || IsAlphanumeric(c));

    private static bool IsAlphanumeric(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
