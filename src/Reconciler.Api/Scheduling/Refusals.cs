using System.Globalization;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>Hosts that had a domain and could not start it, and for how long they are left alone with it: so that no domain goes round between hosts that say yes and then no.</summary>
internal static class Refusals
{
    /// <summary>What the host of a domain says against starting it; null when it says nothing.</summary>
    public static HostRefusal? Refusing(Domain domain) =>
        domain.Status is { Refusal: { } refusal, Host: { } host, Domid: null } && refusal.Host == host && domain.Spec?.PowerState != PowerState.Halted ? refusal : null;

    /// <summary>After the first refusal; doubles with each that follows.</summary>
    public static TimeSpan FirstPause { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Not longer than that.</summary>
    public static TimeSpan LongestPause { get; } = TimeSpan.FromMinutes(32);

    /// <summary>When a host has not refused for that long, it begins anew.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromHours(2);

    /// <summary>
    /// Why a host is left alone: it is refusing now, or has refused and its pause is not over, or it lacked memory and has not measured it since
    /// (which counts for the longest pause only: what did not change is not reported anew). Null when it is not.
    /// </summary>
    public static PastRefusal? Standing(PlacementRequest request, HostState host)
    {
        var status = request.Domain.Status;
        if (Refusing(request.Domain) is { } now && now.Host == host.Name) return Count(status?.Placement?.Refusals, now, now.At);
        if (status?.Placement?.Refusals is not { } past) return null;
        foreach (var refusal in past)
        {
            if (refusal.Host == host.Name) return IsOver(refusal, host, request.Now) ? null : refusal;
        }

        return null;
    }

    /// <summary>What the host has written is compared with what the host has written, and the time with what was recorded here: their clocks may be hours apart.</summary>
    private static bool IsOver(PastRefusal refusal, HostState host, DateTimeOffset now) =>
        now >= refusal.RetryAfter && (!IsOfMemory(refusal) || !(host.MeasuredAt <= refusal.RefusedAt) || now >= refusal.RetryAfter + LongestPause);

    /// <summary>Pools and networks are reported as they come and go; free memory looks as it did while it is promised to others.</summary>
    private static bool IsOfMemory(PastRefusal refusal) => refusal.Reason == ReadyCondition.NotEnoughMemory;

    public static string Explain(PastRefusal refusal) => string.Create(
        CultureInfo.InvariantCulture,
        $"its agent refused the domain at {refusal.RefusedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {refusal.Reason}; it is left alone until {refusal.RetryAfter.UtcDateTime:HH:mm:ss'Z'}{(IsOfMemory(refusal) ? " and until it has measured its memory anew" : "")}");

    /// <summary>The refusals to be remembered when a domain leaves a host that refuses: with that one, without those long past.</summary>
    public static IReadOnlyList<PastRefusal>? After(DomainStatus? status, DateTimeOffset now)
    {
        var past = (status?.Placement?.Refusals ?? []).Where(refusal => now < refusal.RetryAfter + Memory);
        if (status?.Refusal is { } refusal && refusal.Host == status.Host)
            past = past.Where(other => other.Host != refusal.Host).Append(Count(status.Placement?.Refusals, refusal, now));
        PastRefusal[] kept = [.. past.TakeLast(PlacementStatus.MaximumHosts)];
        return kept.Length == 0 ? null : kept;
    }

    /// <param name="past">Those that are recorded.</param>
    /// <param name="refusal">The one that stands.</param>
    /// <param name="from">When the pause begins.</param>
    private static PastRefusal Count(IReadOnlyList<PastRefusal>? past, HostRefusal refusal, DateTimeOffset from)
    {
        var last = past?.FirstOrDefault(other => other.Host == refusal.Host && refusal.At < other.RefusedAt + Memory);
        if (last?.RefusedAt == refusal.At) return last;
        var before = last?.Times ?? 0;
        var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(before, 10), LongestPause.Ticks));
        return new PastRefusal
        {
            Host = refusal.Host, Reason = refusal.Reason, RefusedAt = refusal.At, Times = before + 1, RetryAfter = WholeSeconds(from + pause),
        };
    }

    /// <summary>As on the wire, so that what is read again is equal to what was written.</summary>
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Offset);
}
