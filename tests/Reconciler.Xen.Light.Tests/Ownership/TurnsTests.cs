using Reconciler.Xen.Light.Ownership;

namespace Reconciler.Xen.Light.Tests.Ownership;

public sealed class TurnsTests
{
    private readonly Turns _turns = new();

    [Fact]
    public async Task One_uuids_turns_come_one_after_another_and_anothers_beside_them()
    {
        var uuid = Guid.NewGuid();
        TaskCompletionSource first = new(), second = new();
        List<string> order = [];
        var a = TakeAsync(uuid, "a", first.Task);
        var b = TakeAsync(uuid, "b", second.Task);
        await TakeAsync(Guid.NewGuid(), "other", Task.CompletedTask);
        order.ShouldBe(["a", "other"]);
        first.SetResult();
        await a;
        second.SetResult();
        await b;
        order.ShouldBe(["a", "other", "b"]);

        Task<bool> TakeAsync(Guid of, string name, Task until) => _turns.TakeAsync(of, async () =>
        {
            order.Add(name);
            await until;
            return true;
        }, default);
    }

    [Fact]
    public async Task A_turn_that_fails_or_is_given_up_lets_the_next_one_come()
    {
        var uuid = Guid.NewGuid();
        TaskCompletionSource first = new();
        using CancellationTokenSource stop = new();
        var failing = _turns.TakeAsync<bool>(uuid, async () =>
        {
            await first.Task;
            throw new InvalidOperationException("it failed");
        }, default);
        var givenUp = _turns.TakeAsync(uuid, () => Task.FromResult(true), stop.Token);
        var last = _turns.TakeAsync(uuid, () => Task.FromResult(true), default);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(givenUp);
        last.IsCompleted.ShouldBeFalse();
        first.SetResult();
        await Should.ThrowAsync<InvalidOperationException>(failing);
        (await last).ShouldBeTrue();
    }
}
