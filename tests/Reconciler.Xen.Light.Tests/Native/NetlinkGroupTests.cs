using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Tests.Native;

/// <summary>A listener to the kernel of this machine.</summary>
public sealed class NetlinkGroupTests
{
    private const uint LinkGroup = 1;

    [Fact]
    public async Task A_listener_to_which_nothing_comes_ends_when_its_group_is_closed()
    {
        var group = NetlinkGroup.TryJoin(Libc.RouteProtocol, LinkGroup).ShouldNotBeNull();
        var listening = Task.Factory.StartNew(
            () =>
            {
                // What the machine's own interfaces do meanwhile is received, and passed over.
                while (group.Receive(new byte[32 * 1024]) is not null) { }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        group.Dispose();
        await listening.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
