using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Agent.Hosts;
using Reconciler.Testing;

namespace Reconciler.Agent.Tests.Hosts;

public sealed class HostLockTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reconciler-lock-").FullName;

    [Fact]
    public void A_second_agent_waits_and_takes_over_when_the_first_ends() => VirtualLoop.Run(async time =>
    {
        using var first = Lock(time);
        await first.AcquireAsync(CancellationToken.None);
        using var second = Lock(time);
        var waiting = second.AcquireAsync(CancellationToken.None);
        await Task.Delay(TimeSpan.FromMinutes(1), time);
        waiting.IsCompleted.ShouldBeFalse();

        // What the kernel does with the lock of a process that ends in any way.
        first.Dispose();
        await waiting;
        using var third = Lock(time);
        third.TryAcquire().ShouldBeFalse();
    });

    [Fact]
    public void Who_waits_can_be_stopped() => VirtualLoop.Run(async time =>
    {
        using var first = Lock(time);
        await first.AcquireAsync(CancellationToken.None);
        using var second = Lock(time);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300), time);
        await Should.ThrowAsync<OperationCanceledException>(() => second.AcquireAsync(stop.Token));
    });

    [Fact]
    public async Task A_place_where_no_lock_can_be_is_an_error_and_not_a_wait()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", TestContext.Current.CancellationToken);
        using var host = new HostLock(Path.Combine(_folder, "file", "agent.lock"), TimeProvider.System, NullLogger<HostLock>.Instance);
        await Should.ThrowAsync<IOException>(() => host.AcquireAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private HostLock Lock(TimeProvider time) => new(Path.Combine(_folder, "run", "agent.lock"), time, NullLogger<HostLock>.Instance);
}
