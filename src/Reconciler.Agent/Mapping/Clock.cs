namespace Reconciler.Agent.Mapping;

/// <summary>metav1.Time has whole seconds: what goes into a status is cut to them, so that what comes back compares equal.</summary>
internal static class Clock
{
    public static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);

    public static DateTimeOffset? WholeSeconds(DateTimeOffset? time) => time is { } t ? WholeSeconds(t) : null;

    /// <summary>The same for a metav1.MicroTime.</summary>
    public static DateTimeOffset WholeMicroseconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
