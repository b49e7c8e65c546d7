using Reconciler.Kubernetes.Model;

namespace Reconciler.Runtime.Status;

/// <summary>Keeps lists of <see cref="Condition"/> by the API conventions: one per type, and a transition time that moves only when the status flips.</summary>
public static class Conditions
{
    /// <summary>"True".</summary>
    public const string True = "True";

    /// <summary>"False".</summary>
    public const string False = "False";

    /// <summary>"Unknown".</summary>
    public const string Unknown = "Unknown";

    /// <summary>The list with <paramref name="condition"/> in the place of the one of its type.</summary>
    /// <param name="conditions">As they were; null for none. Order is kept, new types come last.</param>
    /// <param name="condition">
    /// As it is now. Its <see cref="Condition.LastTransitionTime"/> is taken (in whole seconds, as on the wire) when the status differs from
    /// before, and otherwise the time of before stays.
    /// </param>
    public static IReadOnlyList<Condition> Set(IReadOnlyList<Condition>? conditions, Condition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var before = Find(conditions, condition.Type);
        var now = condition with
        {
            LastTransitionTime = before is not null && before.Status == condition.Status ? before.LastTransitionTime : WholeSeconds(condition.LastTransitionTime),
        };
        return before is null
            ? [.. conditions ?? [], now]
            : [.. conditions!.Select(c => c.Type == condition.Type ? now : c)];
    }

    /// <summary>The computed conditions and no others, each with the transition time that it had before if its status is what it was: a manager's whole set.</summary>
    public static IReadOnlyList<Condition> Settle(IReadOnlyList<Condition>? before, IEnumerable<Condition> computed)
    {
        ArgumentNullException.ThrowIfNull(computed);
        IReadOnlyList<Condition> settled = [];
        foreach (var condition in computed)
        {
            var known = Find(before, condition.Type);
            settled = [.. settled, Set(known is null ? null : [known], condition)[0]];
        }

        return settled;
    }

    /// <summary>The condition of a type, or null.</summary>
    public static Condition? Find(IReadOnlyList<Condition>? conditions, string type) => conditions?.FirstOrDefault(c => c.Type == type);

    /// <summary>True when there is such a condition and its status is "True".</summary>
    public static bool IsTrue(IReadOnlyList<Condition>? conditions, string type) => Find(conditions, type)?.Status == True;

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
