namespace Reconciler.Kubernetes.Model;

/// <summary>Reads and writes lists of <see cref="Condition"/> by the API conventions: one per type, and a transition time that moves only when the status flips.</summary>
public static class ConditionExtensions
{
    /// <summary>The condition of a type, or null.</summary>
    public static Condition? Find(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Whether the condition of a type is there and True.</summary>
    public static bool IsTrue(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions.Find(type)?.Status == ConditionStatus.True;

    /// <summary>
    /// The condition to write: its lastTransitionTime is <paramref name="now"/> (whole seconds, as on the wire) when the status differs
    /// from what is there, and is kept when only reason or message do.
    /// </summary>
    /// <param name="current">The conditions that are there.</param>
    /// <param name="type">The condition's type.</param>
    /// <param name="status">One of <see cref="ConditionStatus"/>.</param>
    /// <param name="reason">One CamelCase word from the documented list of the type.</param>
    /// <param name="message">For people; cut at 32768 characters, the limit of the API server.</param>
    /// <param name="generation">The generation of the spec that this was judged by.</param>
    /// <param name="now">The time.</param>
    public static Condition Next(
        this IReadOnlyList<Condition>? current, string type, string status, string reason, string message, long? generation, DateTimeOffset now)
    {
        var existing = current.Find(type);
        return new Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message.Length <= MaximumMessageLength ? message : message[..(MaximumMessageLength - 1)] + "…",
            ObservedGeneration = generation,
            LastTransitionTime = existing?.Status == status
                ? existing.LastTransitionTime
                : DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
        };
    }

    private const int MaximumMessageLength = 32768;
}
