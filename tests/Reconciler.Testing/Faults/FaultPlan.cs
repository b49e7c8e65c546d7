using System.Collections.Concurrent;

namespace Reconciler.Testing.Faults;

/// <summary>
/// Which request meets which fault. The n-th request of a kind always meets the same one for the same seed, whatever happens between
/// them, so that a run can be repeated as far as its requests are.
/// </summary>
/// <param name="seed">Of all decisions.</param>
/// <param name="rate">Share of requests that meet a fault, from 0 to 1.</param>
public sealed class FaultPlan(int seed, double rate)
{
    private static readonly ProxyFault[] OfAny =
        [ProxyFault.Delay, ProxyFault.Reset, ProxyFault.TooManyRequests, ProxyFault.InternalError, ProxyFault.Unavailable];

    private static readonly ProxyFault[] OfLists = [.. OfAny, ProxyFault.HalfOpen, ProxyFault.Gone, ProxyFault.TruncatedList];

    private static readonly ProxyFault[] OfWatches =
    [
        .. OfAny, ProxyFault.HalfOpen, ProxyFault.Gone, ProxyFault.SlowFrames, ProxyFault.TruncatedFrame, ProxyFault.CutFrame,
        ProxyFault.GoneFrame, ProxyFault.ErrorFrame, ProxyFault.Silence, ProxyFault.Replay,
    ];

    private readonly ConcurrentDictionary<RequestKind, int> _requests = [];
    private readonly ConcurrentDictionary<ProxyFault, int> _met = [];

    /// <summary>Off: everything goes through. What has gone silent already stays so.</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>How often each fault was met.</summary>
    public IReadOnlyDictionary<ProxyFault, int> Met => _met;

    /// <summary>The fault of the next request of a kind, and for watches after how many frames it comes.</summary>
    public (ProxyFault Fault, int AfterFrames) Next(RequestKind kind)
    {
        var number = _requests.AddOrUpdate(kind, 1, (_, n) => n + 1);
        var chance = new Random(unchecked((((seed * 31) + (int)kind) * 1_000_003) + number));
        var isMet = chance.NextDouble() < rate;
        var choice = kind switch { RequestKind.List => OfLists, RequestKind.Watch => OfWatches, _ => OfAny };
        var (fault, after) = (choice[chance.Next(choice.Length)], chance.Next(8));
        if (!IsOn || !isMet) return (ProxyFault.None, 0);
        _met.AddOrUpdate(fault, 1, (_, n) => n + 1);
        return (fault, after);
    }
}
