using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Ownership;

public sealed class OperationLocksTests : IDisposable
{
    private readonly WorkerBed _bed = new();
    private readonly Guid _uuid = Guid.NewGuid();

    [Fact]
    public void A_lock_is_held_until_it_is_let_go()
    {
        OperationLocks locks = new(_bed.LockDirectory);
        locks.IsHeld(_uuid).ShouldBeFalse();
        using (locks.TryAcquire(_uuid).ShouldNotBeNull())
        {
            // flock(2) knows open files, not processes: another open file is as good as another process.
            locks.IsHeld(_uuid).ShouldBeTrue();
            locks.TryAcquire(_uuid).ShouldBeNull();
            locks.IsHeld(Guid.NewGuid()).ShouldBeFalse();
        }
        locks.IsHeld(_uuid).ShouldBeFalse();
        locks.TryAcquire(_uuid).ShouldNotBeNull().Dispose();
    }

    [Fact]
    public async Task Looking_at_a_lock_never_makes_an_operation_fail()
    {
        OperationLocks locks = new(_bed.LockDirectory);
        locks.TryAcquire(_uuid)!.Dispose();
        using CancellationTokenSource stop = new();
        var looking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) locks.IsHeld(_uuid);
        });
        for (var i = 0; i < 200; i++) locks.TryAcquire(_uuid).ShouldNotBeNull().Dispose();
        await stop.CancelAsync();
        await looking;
    }

    [Fact]
    public void Those_that_share_a_lock_are_seen_too()
    {
        OperationLocks locks = new(_bed.LockDirectory);
        using (locks.TryAcquire(_uuid, shared: true).ShouldNotBeNull())
        {
            locks.TryAcquire(_uuid, shared: true).ShouldNotBeNull().Dispose();
            locks.IsHeld(_uuid).ShouldBeTrue();
        }
        locks.IsHeld(_uuid).ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_looks_is_not_taken_for_one_that_operates()
    {
        OperationLocks locks = new(_bed.LockDirectory);
        locks.TryAcquire(_uuid)!.Dispose();
        var looks = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Count(_ => locks.IsHeld(_uuid)))));
        looks.ShouldAllBe(seen => seen == 0);
    }

    public void Dispose() => _bed.Dispose();
}
