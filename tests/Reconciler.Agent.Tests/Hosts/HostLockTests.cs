using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Agent.Hosts;

namespace Reconciler.Agent.Tests.Hosts;

public sealed class HostLockTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("reconciler-lock-").FullName;

    [Fact]
    public async Task A_second_agent_waits_and_takes_over_when_the_first_ends()
    {
        using var first = Lock();
        await first.AcquireAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        using var second = Lock();
        var waiting = second.AcquireAsync(TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        waiting.IsCompleted.ShouldBeFalse();

        // What the kernel does with the lock of a process that ends in any way.
        first.Dispose();
        await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken);
        using var third = Lock();
        third.AcquireAsync(TestContext.Current.CancellationToken).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_can_be_stopped()
    {
        using var first = Lock();
        await first.AcquireAsync(TestContext.Current.CancellationToken);
        using var second = Lock();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Should.ThrowAsync<OperationCanceledException>(() => second.AcquireAsync(stop.Token));
    }

    [Fact]
    public async Task A_place_where_no_lock_can_be_is_an_error_and_not_a_wait()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", TestContext.Current.CancellationToken);
        using var host = new HostLock(Path.Combine(_folder, "file", "agent.lock"), TimeProvider.System, NullLogger<HostLock>.Instance);
        await Should.ThrowAsync<IOException>(() => host.AcquireAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private HostLock Lock() => new(Path.Combine(_folder, "run", "agent.lock"), TimeProvider.System, NullLogger<HostLock>.Instance);
}
