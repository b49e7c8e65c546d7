using System.Text.Json;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>Reads a Domain, a device or a host as a user's tools do: as JSON, without this project's own types.</summary>
internal static class DomainJson
{
    public static string Uid(this JsonElement domain) => domain.GetProperty("metadata").GetProperty("uid").GetString()!;

    /// <summary>A field of the status as text; null when it is not there. Nested fields by dots.</summary>
    public static string? Status(this JsonElement domain, string path)
    {
        if (!domain.TryGetProperty("status", out var value))
            return null;
        foreach (var name in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
                return null;
        }

        return value.ToString();
    }

    /// <summary>Whether the status was judged by the spec as it is now.</summary>
    public static bool IsCurrent(this JsonElement domain) =>
        domain.Status("observedGeneration") == domain.GetProperty("metadata").GetProperty("generation").ToString();

    /// <summary><c>status/reason</c> of a condition, such as <c>True/Running</c>; null when it is not there.</summary>
    public static string? Condition(this JsonElement domain, string type) =>
        domain.FindCondition(type) is { } condition ? $"{condition.GetProperty("status")}/{condition.GetProperty("reason")}" : null;

    public static string? ConditionMessage(this JsonElement domain, string type) =>
        domain.FindCondition(type)?.GetProperty("message").GetString();

    /// <summary>The object in a line, for the message of a test that has waited in vain.</summary>
    public static string Summary(this JsonElement domain)
    {
        var conditions = domain.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var all) ? all.EnumerateArray().ToList() : [];
        return $"generation {domain.GetProperty("metadata").GetProperty("generation")}, observed {domain.Status("observedGeneration") ?? "none"}, " +
            $"host {domain.Status("host") ?? "none"}, domid {domain.Status("domid") ?? "none"}, {domain.Status("powerState") ?? "no power state"}" +
            (domain.Status("waitingFor") is { } waitingFor ? $", state {domain.Status("state")}, waits for {waitingFor}" : "") + '\n' +
            string.Join('\n', conditions.Select(c => $"{c.GetProperty("type")}={c.GetProperty("status")}/{c.GetProperty("reason")} {(c.TryGetProperty("message", out var message) ? message : "")}"));
    }

    private static JsonElement? FindCondition(this JsonElement domain, string type)
    {
        if (!domain.TryGetProperty("status", out var status) || !status.TryGetProperty("conditions", out var conditions))
            return null;
        foreach (var condition in conditions.EnumerateArray())
        {
            if (condition.GetProperty("type").GetString() == type)
                return condition;
        }

        return null;
    }
}
