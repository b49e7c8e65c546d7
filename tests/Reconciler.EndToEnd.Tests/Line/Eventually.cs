using System.Diagnostics;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>Polls other systems, which offer no signal that this process could wait for.</summary>
internal static class Eventually
{
    /// <summary>Looks until <paramref name="holds"/> and returns what was seen then; after <paramref name="patience"/> it fails with the last sight.</summary>
    public static async Task<T> HoldsAsync<T>(
        string what, Func<Task<T>> look, Func<T, bool> holds, TimeSpan patience, TimeSpan interval, CancellationToken cancellation,
        Func<T, string>? show = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (holds(seen))
                return seen;
            if (clock.Elapsed > patience)
                Assert.Fail($"not within {patience.TotalSeconds:0} s: {what}; last seen:\n{show?.Invoke(seen) ?? $"{seen}"}");
            await Task.Delay(interval, cancellation);
        }
    }
}
