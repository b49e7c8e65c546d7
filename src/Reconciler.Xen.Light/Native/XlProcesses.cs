using System.Globalization;
using System.Text.RegularExpressions;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Native;

/// <summary>
/// The processes that <c>xl create</c> leaves behind: each waits for the end of its domain, to destroy it or start it anew as its configuration says. Which domain it
/// is they write to their standard output, which is a file below /var/log/xen (do_daemonize and create_domain of tools/xl).
/// </summary>
/// <param name="proc">Where the processes of the host are.</param>
/// <param name="logs">Where they write to.</param>
internal sealed partial class XlProcesses(string proc = "/proc", string logs = "/var/log/xen")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Ends those of a domain. It lives on without them, as after <c>xl create -e</c>.</summary>
    /// <exception cref="XenException">One does not end.</exception>
    public void EndOf(int domid)
    {
        foreach (var pid in Of(domid))
        {
            // From here on the number is this process's, and not one's that has got it since.
            using var process = ProcessDescriptors.Open(pid);
            if (process is null && !Directory.Exists($"{proc}/{pid}") || !IsOf(pid, domid)) continue;
            if (process is null || !ProcessDescriptors.Terminate(process, Patience))
                throw new XenException(XenErrorCode.Failed, "adopt", $"process {pid} (xl) waits for the end of domain {domid}, to act on it, and can't be ended: kill {pid}");
        }
    }

    /// <summary>Those of a domain, by number.</summary>
    internal IReadOnlyList<int> Of(int domid) =>
    [
        .. Directory.EnumerateDirectories(proc).Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid != 0 && IsOf(pid, domid)),
    ];

    private bool IsOf(int pid, int domid)
    {
        try
        {
            return File.ReadAllText($"{proc}/{pid}/comm").Trim() == "xl" && DomainOf(pid) == domid;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended, or is none of this kind
        }
    }

    /// <summary>The one that it has named last: after each restart it is another.</summary>
    private int? DomainOf(int pid)
    {
        var output = $"{proc}/{pid}/fd/1";
        // A pipe or a terminal would keep who reads it waiting.
        if (File.ResolveLinkTarget(output, returnFinalTarget: false)?.FullName.StartsWith(logs + "/", StringComparison.Ordinal) is not true) return null;
        return Waiting().Matches(File.ReadAllText(output)).LastOrDefault(match => match.Groups["pid"].Value == pid.ToString(CultureInfo.InvariantCulture)) is { } last
            ? int.Parse(last.Groups["domid"].Value, CultureInfo.InvariantCulture)
            : null;
    }

    [GeneratedRegex(@"^Waiting for domain .* \(domid (?<domid>\d{1,5})\) to die \[pid (?<pid>\d{1,9})\]", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Waiting();
}
