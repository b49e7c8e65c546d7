using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>The clockwork that the other tests run in.</summary>
public sealed class VirtualLoopTests
{
    /// <summary>An await that ends on a pool thread posts there; what that throws nobody catches, and the process ends with all its tests.</summary>
    [Fact]
    public async Task What_comes_back_when_the_scenario_has_ended_is_no_error()
    {
        for (var run = 0; run < 200; run++)
        {
            using var ended = new CancellationTokenSource();
            Task posting = Task.CompletedTask;
            VirtualLoop.Run(async time =>
            {
                var loop = SynchronizationContext.Current!;
                posting = Task.Run(() =>
                {
                    while (!ended.IsCancellationRequested) loop.Post(static _ => { }, null);
                });
                await Task.Yield();
            });
            await ended.CancelAsync();
            await posting;
        }
    }
}
