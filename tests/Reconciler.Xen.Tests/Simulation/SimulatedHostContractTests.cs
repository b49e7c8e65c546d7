using Reconciler.Testing;
using Reconciler.Testing.Contract;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

/// <summary>The simulated host keeps the contract that the real one keeps.</summary>
public sealed class SimulatedHostContractTests
{
    public static TheoryData<string> Checks { get; } = [.. HostContract.Checks.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public async Task Keeps(string check)
    {
        await using var harness = new Harness();
        await HostContract.Checks.Single(c => c.Name == check).RunAsync(harness, TestContext.Current.CancellationToken);
        (await harness.Host.ObserveAllAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty("the check left something behind");
    }

    private sealed class Harness : IHostHarness, IAsyncDisposable
    {
        private readonly VirtualTime _time = new();
        private readonly string _state = Path.Combine(Path.GetTempPath(), $"reconciler-{Guid.NewGuid():n}.json");
        private SimulatedHost _host;
        private int _guests;
        private int _disks;

        public Harness() => _host = Open();

        public IXenHost Host => _host;

        public string MissingFile => "/boot/missing";

        public string ForbiddenFile => "/etc/passwd";

        public TimeSpan Patience => TimeSpan.FromSeconds(30);

        public string Bridge => "xenbr0";

        public string NewDiskFile() => $"/images/{++_disks}.img";

        public Task AttachByHandAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken)
        {
            _host.ByHand.AttachDisk(domain.Domid, disk.Device, disk.DevId, disk.Path, disk.ReadOnly);
            return Task.CompletedTask;
        }

        public DesiredDomain NewGuest() => A.Desired(uuid: Guid.NewGuid(), name: $"guest-{++_guests}");

        public Task<DomainRef> MakeForeignAsync(string xenName, CancellationToken cancellationToken)
        {
            var uuid = Guid.NewGuid();
            return Task.FromResult(new DomainRef(uuid, _host.ByHand.Create(xenName, uuid)));
        }

        public Task RemoveForeignAsync(DomainRef domain, CancellationToken cancellationToken)
        {
            try
            {
                _host.ByHand.Destroy(domain.Domid);
            }
            catch (XenException e) when (e.Code is XenErrorCode.Stale)
            {
                // The check has seen to it.
            }
            return PassAsync(TimeSpan.FromSeconds(1), cancellationToken);
        }

        public async Task ReopenAsync(CancellationToken cancellationToken)
        {
            await _host.DisposeAsync();
            _host = Open();
        }

        public Task PassAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            _time.Advance(time);
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _host.DisposeAsync();
            File.Delete(_state);
            File.Delete(_state + ".lock");
        }

        private SimulatedHost Open()
        {
            var host = new SimulatedHost(new SimulatedHostOptions
            {
                StatePath = _state,
                NumaNodes = 2,
                AllowedDirectories = ["/boot"],
                Teardown = TimeSpan.FromMilliseconds(500),
                Guest = new GuestBehavior { Boot = TimeSpan.FromSeconds(2), ShutdownDelay = TimeSpan.FromSeconds(1), ConnectDelay = TimeSpan.FromSeconds(1), LetGoDelay = TimeSpan.FromSeconds(1) },
            }, _time);
            host.Files.Remove(MissingFile);
            return host;
        }
    }
}
