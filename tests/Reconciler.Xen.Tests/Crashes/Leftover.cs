using System.Globalization;

namespace Reconciler.Xen.Tests.Crashes;

internal static class Leftover
{
    /// <summary>Whether a path of xenstore is about a domain that is not there any more.</summary>
    public static bool OfNobody(string path, IEnumerable<int> domids)
    {
        // /local/domain/<domid>/... and /local/domain/0/backend/<kind>/<domid>/...
        var words = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var domid = Number(words[2]);
        return !domids.Contains(domid == 0 ? Number(words[5]) : domid);
    }

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
