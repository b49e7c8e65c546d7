using System.Globalization;
using System.Text;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Scheduling;

namespace Reconciler.Cli.Planning;

/// <summary>A plan for people: what is asked, one row for each host, and what would be done.</summary>
/// <param name="output">Where to.</param>
/// <param name="isWide">With what the hosts have, and no line folded.</param>
internal sealed class PlanText(TextWriter output, bool isWide)
{
    /// <summary>Lines are folded here, unless they are to be wide.</summary>
    private const int Width = 120;

    /// <summary>The last column is given at least that much.</summary>
    private const int NarrowestText = 40;

    /// <summary>What is needed or reserved is rounded up to whole MiB, as in the filters' messages.</summary>
    private const long KiBLessOne = 1023;

    public async Task WriteAsync(DomainPlan plan)
    {
        await output.WriteLineAsync($"Domain {plan.Name}: {Asked(plan)}");
        await WriteHostsAsync(plan);
        await output.WriteLineAsync($"{plan.Name} {Outcome(plan)}");
    }

    private async Task WriteHostsAsync(DomainPlan plan)
    {
        if (plan.Hosts.Count == 0) return;
        string[][] rows = [isWide ? ["HOST", "VERDICT", "SCORE", "FREE", "RESERVED", "DOMAINS", "WHY"] : ["HOST", "VERDICT", "SCORE", "WHY"], .. plan.Hosts.Select(Cells)];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length - 1).Select(column => rows.Max(row => row[column].Length) + 3)];
        var indent = 2 + widths.Sum();
        var text = isWide ? int.MaxValue : Math.Max(NarrowestText, Width - indent);
        foreach (var row in rows)
        {
            var mark = row[0] == plan.Decision.Host ? "* " : "  ";
            var lead = mark + string.Concat(row.SkipLast(1).Select((cell, column) => cell.PadRight(widths[column])));
            foreach (var line in Fold(row[^1], text))
            {
                await output.WriteLineAsync($"{lead}{line}".TrimEnd());
                lead = new string(' ', indent);
            }
        }
    }

    private string[] Cells(HostPlan host)
    {
        var verdict = host.Row.Verdict.Reason?.ToString() ?? "Fits";
        var score = host.Row.Scores?.Total.ToString(CultureInfo.InvariantCulture) ?? "-";
        var why = host.Row.Scores is { } scores ? Sum(scores) : host.Row.Verdict.Message;
        return isWide
            ? [host.Name, verdict, score, Mebibytes(host.FreeKiB), Mebibytes(host.ReservedKiB + KiBLessOne), host.Domains.ToString(CultureInfo.InvariantCulture), why]
            : [host.Name, verdict, score, why];
    }

    /// <summary>The weighted scores, whose sum is the score; those that are 0 are left out.</summary>
    private static string Sum(HostScores scores) => string.Join(
        " + ",
        WeightedScores.Of(scores).Where(part => part.Score > 0).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Score} {NameOf(part.Name)}")));

    private static string NameOf(string part) => part switch
    {
        nameof(HostScores.PreferredHost) => "preferred host",
        nameof(HostScores.AntiAffinity) => "anti-affinity",
        nameof(HostScores.LastHost) => "last host",
        nameof(HostScores.Memory) => "memory",
        _ => "spread",
    };

    private static string Asked(DomainPlan plan)
    {
        var request = plan.Request;
        var text = new StringBuilder();
        var vcpus = plan.Domain.Spec!.Cpu?.Vcpus ?? CpuSpec.DefaultVcpus;
        text.Append(CultureInfo.InvariantCulture, $"{plan.Domain.Spec.Type ?? DomainType.PVH}, {vcpus} virtual CPU{(vcpus == 1 ? "" : "s")}, ");
        text.Append(CultureInfo.InvariantCulture, $"{Mebibytes(request.Footprint!.GuestKiB + KiBLessOne)} of memory and {Mebibytes(request.Footprint.OverheadKiB + KiBLessOne)} of overhead");
        if (!request.Pools.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"; pools: {string.Join(", ", request.Pools)}");
        if (!request.Networks.IsEmpty) text.Append(CultureInfo.InvariantCulture, $"; networks: {string.Join(", ", request.Networks)}");
        return text.ToString();
    }

    private static string Outcome(DomainPlan plan)
    {
        var now = plan.CurrentHost is { } current ? $"; it is on {current} now" : "";
        if (plan.Decision.Host is { } host) return string.Create(CultureInfo.InvariantCulture, $"would go to {host} (score {plan.Decision.Score}){now}");
        // The table has each host's words; only what is not in it needs the whole message.
        var named = plan.Domain.Spec!.Placement?.HostName;
        var isSaidAbove = plan.Decision.Reason == PlacedCondition.NoHostFits && (named is null || plan.Hosts.Any(other => other.Name == named));
        var why = !isSaidAbove ? plan.Decision.Message
            : named is not null ? $"XenHost {named}, asked for by placement.hostName, does not fit"
            : $"no XenHost of {plan.Hosts.Count} fits ({string.Join(", ", plan.Decision.Counts.Select(count => $"{count.Hosts} {count.Reason}"))})";
        return $"would wait: {why}{now}";
    }

    private static string Mebibytes(long kib) => string.Create(CultureInfo.InvariantCulture, $"{kib / 1024}Mi");

    private static IEnumerable<string> Fold(string text, int width)
    {
        while (text.Length > width)
        {
            var end = text.LastIndexOf(' ', width);
            if (end <= 0) end = text.IndexOf(' ', StringComparison.Ordinal);
            if (end <= 0) break;
            yield return text[..end];
            text = text[(end + 1)..];
        }

        yield return text;
    }
}
