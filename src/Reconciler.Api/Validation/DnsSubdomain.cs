using System.Buffers;

namespace Reconciler.Api.Validation;

/// <summary>DNS subdomains (RFC 1123), as objects are named.</summary>
internal static class DnsSubdomain
{
    private static readonly SearchValues<char> OfLabels = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsValid(string name, int maximumLength) =>
        name.Length > 0 && name.Length <= maximumLength && AreLabels(name);

    private static bool AreLabels(ReadOnlySpan<char> name)
    {
        foreach (var label in name.Split('.'))
        {
            if (!IsLabel(name[label])) return false;
        }

        return true;
    }

    private static bool IsLabel(ReadOnlySpan<char> label) =>
        label.Length > 0 && label[0] != '-' && label[^1] != '-' && !label.ContainsAnyExcept(OfLabels);
}
