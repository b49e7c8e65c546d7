using Reconciler.Runtime.Hosting;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Hosting;

public sealed class IdleCollectionTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Memory_is_given_back_once_when_a_burst_is_over_and_never_in_it() => VirtualLoop.Run(async time =>
    {
        var allocated = 0L;
        List<TimeSpan> collections = [];
        using var part = new IdleCollection(time, () => allocated, () => collections.Add(time.Elapsed));
        await part.StartAsync(CancellationToken.None);

        for (var second = 0; second < 60; second++)
        {
            allocated += 2 * MiB;
            await Task.Delay(TimeSpan.FromSeconds(1), time);
        }
        collections.ShouldBeEmpty();
        await Task.Delay(TimeSpan.FromHours(1), time);

        collections.ShouldHaveSingleItem().ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(70));
        await part.StopAsync(CancellationToken.None);
    });

    [Fact]
    public void What_a_quiet_process_allocates_is_collected_when_it_is_worth_it() => VirtualLoop.Run(async time =>
    {
        var allocated = 0L;
        var collections = 0;
        using var part = new IdleCollection(time, () => allocated, () => collections++);
        await part.StartAsync(CancellationToken.None);
        for (var minute = 0; minute < 60; minute++)
        {
            allocated += MiB / 2;
            await Task.Delay(TimeSpan.FromMinutes(1), time);
        }

        collections.ShouldBe(3);
        await part.StopAsync(CancellationToken.None);
    });
}
