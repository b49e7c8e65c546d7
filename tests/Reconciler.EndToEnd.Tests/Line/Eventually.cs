using System.Diagnostics;
using System.Text.Json;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>Waits for other systems: told by a watch where there is one, else by looking again and again.</summary>
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
                throw NotWithin(patience, what, show?.Invoke(seen) ?? $"{seen}");
            await Task.Delay(interval, cancellation);
        }
    }

    /// <summary>
    /// Watches one object until <paramref name="holds"/> and returns it as it was then; after <paramref name="patience"/> it fails with the last
    /// sight. A server that is away meanwhile is asked again.
    /// </summary>
    public static async Task<JsonElement> HoldsAsync(
        string what, Kubectl kubectl, string[] @object, Func<JsonElement, bool> holds, TimeSpan patience, CancellationToken cancellation)
    {
        var last = "nothing";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var seen in kubectl.WatchAsync(limit.Token, @object))
                    {
                        if (holds(seen))
                            return seen;
                        last = seen.Summary();
                    }
                }
                catch (LabException e)
                {
                    last = e.Message;
                }

                await Task.Delay(TimeSpan.FromSeconds(1), limit.Token);
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw NotWithin(patience, what, last, e);
        }
    }

    private static TimeoutException NotWithin(TimeSpan patience, string what, string last, Exception? cause = null) =>
        new($"not within {patience.TotalSeconds:0} s: {what}; last seen:\n{last}", cause);
}
