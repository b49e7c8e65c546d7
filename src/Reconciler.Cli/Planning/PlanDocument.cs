using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Api.Scheduling;

namespace Reconciler.Cli.Planning;

/// <summary>Plans for programs: <c>{domains: [{namespace, name, host, score, reason, message, currentHost, hosts: [...]}]}</c>.</summary>
/// <remarks>
/// Of each host, in the order of the table: name, fits, score, the weighted scores that make it, reason, message, freeKiB, reservedKiB, domains. What
/// there is not is left out. The parts of a score have the names of <see cref="HostScores"/>.
/// </remarks>
internal static class PlanDocument
{
    public static JsonObject Of(IEnumerable<DomainPlan> plans) => new() { ["domains"] = new JsonArray([.. plans.Select(Of)]) };

    private static JsonObject Of(DomainPlan plan) => Without(new JsonObject
    {
        ["namespace"] = plan.Domain.Metadata.Namespace,
        ["name"] = plan.Domain.Metadata.Name,
        ["currentHost"] = plan.CurrentHost,
        ["host"] = plan.Decision.Host,
        ["score"] = plan.Decision.Score,
        ["reason"] = plan.Decision.Reason,
        ["message"] = plan.Decision.Message,
        ["hosts"] = new JsonArray([.. plan.Hosts.Select(Of)]),
    });

    private static JsonObject Of(HostPlan host) => Without(new JsonObject
    {
        ["name"] = host.Name,
        ["fits"] = host.Row.Verdict.Fits,
        ["score"] = host.Row.Scores?.Total,
        ["scores"] = host.Row.Scores is { } scores ? Of(scores) : null,
        ["reason"] = host.Row.Verdict.Reason?.ToString(),
        ["message"] = host.Row.Verdict.Fits ? null : host.Row.Verdict.Message,
        ["freeKiB"] = host.FreeKiB,
        ["reservedKiB"] = host.ReservedKiB,
        ["domains"] = host.Domains,
    });

    private static JsonObject Of(HostScores scores)
    {
        var parts = new JsonObject();
        foreach (var (name, weighted) in WeightedScores.Of(scores)) parts[JsonNamingPolicy.CamelCase.ConvertName(name)] = weighted;
        return parts;
    }

    private static JsonObject Without(JsonObject map)
    {
        foreach (var name in map.Where(member => member.Value is null).Select(member => member.Key).ToArray()) map.Remove(name);
        return map;
    }
}
