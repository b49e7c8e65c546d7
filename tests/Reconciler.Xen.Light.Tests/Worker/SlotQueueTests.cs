using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Tests.Support;
using Reconciler.Xen.Light.Worker.Pool;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

/// <summary>Which operation gets the next free worker. Slots are numbers here, and nothing takes any time.</summary>
public sealed class SlotQueueTests
{
    private static readonly Guid A = Guid.NewGuid();
    private static readonly Guid B = Guid.NewGuid();
    private static readonly Guid C = Guid.NewGuid();

    [Theory]
    [InlineData((int)Lane.Short)]
    [InlineData((int)Lane.Ending)]
    public async Task A_short_operation_and_an_end_find_a_slot_while_long_ones_hold_all_that_they_may(int lane)
    {
        var queue = Queue(slots: 3, longAtOnce: 2);
        var attaches = Enumerable.Range(0, 16).Select(_ => Long(queue, A)).ToArray();
        attaches.Count(attach => attach.IsCompleted).ShouldBe(2);
        var slot = queue.TakeAsync((Lane)lane, B, default);
        slot.IsCompletedSuccessfully.ShouldBeTrue();

        // Its slot is still none for a long operation.
        queue.Return(await slot, (Lane)lane);
        attaches.Count(attach => attach.IsCompleted).ShouldBe(2);
    }

    [Fact]
    public async Task Long_operations_take_turns_by_domain()
    {
        var queue = Queue(slots: 2, longAtOnce: 1);
        List<(string Name, Task<int> Slot)> waiting =
        [
            ("A1", Long(queue, A)), ("A2", Long(queue, A)), ("A3", Long(queue, A)), ("A4", Long(queue, A)), ("B1", Long(queue, B)), ("B2", Long(queue, B)), ("C1", Long(queue, C)),
        ];
        List<string> order = [];
        while (waiting.Count > 0)
        {
            // The continuation of a slot that was handed over runs on the thread pool; only one can have been.
            var next = await Task.WhenAny(waiting.Select(one => one.Slot));
            var index = waiting.FindIndex(one => one.Slot == next);
            order.Add(waiting[index].Name);
            waiting.RemoveAt(index);
            queue.Return(await next, Lane.Long);
        }
        order.ShouldBe(["A1", "A2", "B1", "C1", "A3", "B2", "A4"]);
    }

    [Fact]
    public async Task A_pause_goes_before_the_ends_that_came_earlier()
    {
        var queue = Queue(slots: 1, longAtOnce: 0);
        var first = await queue.TakeAsync(Lane.Ending, A, default);
        var second = queue.TakeAsync(Lane.Ending, B, default);
        var pause = queue.TakeAsync(Lane.Short, C, default);
        queue.Return(first, Lane.Ending);
        queue.Return(await pause, Lane.Short);
        await second;
    }

    [Fact]
    public async Task One_that_gives_up_while_it_waits_takes_no_slot_and_keeps_no_other_from_it()
    {
        var queue = Queue(slots: 1, longAtOnce: 1);
        var holder = await Long(queue, A);
        using CancellationTokenSource givenUp = new();
        var impatient = queue.TakeAsync(Lane.Long, B, givenUp.Token);
        var shortOne = queue.TakeAsync(Lane.Short, B, givenUp.Token);
        var patient = Long(queue, C);
        await givenUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        await Should.ThrowAsync<OperationCanceledException>(shortOne);
        queue.Return(holder, Lane.Long);
        queue.Return(await patient, Lane.Long);
        (await Long(queue, B)).ShouldBe(holder);
    }

    [Fact]
    public async Task The_slot_that_was_used_last_is_taken_first()
    {
        var queue = Queue(slots: 3, longAtOnce: 2);
        var (one, two) = (await queue.TakeAsync(Lane.Short, A, default), await queue.TakeAsync(Lane.Short, A, default));
        queue.Return(two, Lane.Short);
        queue.Return(one, Lane.Short);
        (await queue.TakeAsync(Lane.Short, A, default)).ShouldBe(one);
    }

    [Fact]
    public void What_a_user_waits_for_or_what_protects_a_guest_is_not_among_the_long_operations()
    {
        var domain = new DomainRef(A, 1);
        WorkerRequest[] urgent =
        [
            new PauseRequest(domain), new UnpauseRequest(domain, default), new ShutdownRequest(domain, default), new WithdrawShutdownRequest(domain),
            new RequestDetachRequest(domain, new DeviceRef(DeviceKind.Vbd, 51712), default), new ObserveRequest(), new DescribeRequest(), new InspectRequest(domain),
        ];
        urgent.ShouldAllBe(request => Lanes.Of(request) == Lane.Short);
        Lanes.Of(new DestroyRequest(domain)).ShouldBe(Lane.Ending);
    }

    [Fact]
    public void Long_operations_are_known_by_their_domain()
    {
        var domain = Domains.Desired();
        var known = new DomainRef(domain.Uuid, 1);
        WorkerRequest[] requests =
        [
            new CreateRequest("{}", Domains.Mark(domain)), new DetachRequest(known, new DeviceRef(DeviceKind.Vbd, 51712), Force: false),
            new AttachRequest(known, DeviceMark.Of(Domains.Disk(), default), "{}"),
        ];
        requests.ShouldAllBe(request => Lanes.Of(request) == Lane.Long && Lanes.DomainOf(request) == domain.Uuid);
    }

    private static Task<int> Long(SlotQueue<int> queue, Guid domain) => queue.TakeAsync(Lane.Long, domain, default);

    private static SlotQueue<int> Queue(int slots, int longAtOnce)
    {
        SlotQueue<int> queue = new(longAtOnce);
        for (var slot = 0; slot < slots; slot++) queue.Add(slot);
        return queue;
    }
}
