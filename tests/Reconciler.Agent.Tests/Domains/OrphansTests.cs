using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Agent.Domains;
using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Domains;

public sealed class OrphansTests : IAsyncDisposable
{
    private const string Node = "xen-a";
    private static readonly ObjectKey Key = new("shop", "web");

    private readonly VirtualTime _time = new();
    private readonly SimulatedHost _host;
    private readonly EmbeddedStore _store;
    private readonly StrayDomains _strays = new();
    private string? _objection;

    public OrphansTests()
    {
        _host = new SimulatedHost(new SimulatedHostOptions { Guest = new GuestBehavior { ShutdownDelay = TimeSpan.FromSeconds(1) } }, _time);
        _store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = _time });
    }

    [Fact]
    public async Task Semantics_51_52_A_guest_whose_object_is_merely_out_of_view_is_left_alone()
    {
        var entity = await CreateAsync();
        var domain = await RunAsync(Guid.Parse(entity.Metadata.Uid!));

        (await ReleaseAsync()).ShouldBeNull();

        (await SeenAsync()).Single().Ref.ShouldBe(domain);
        (await SeenAsync()).Single().Mark!.ShutdownRequestedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_52_A_guest_whose_object_is_gone_is_shut_down_cleanly()
    {
        await RunAsync(Guid.NewGuid());

        (await ReleaseAsync()).ShouldNotBeNull();
        (await SeenAsync()).Single().Mark!.ShutdownRequestedAt.ShouldNotBeNull();

        _time.Advance(TimeSpan.FromSeconds(2));
        await ReleaseAsync();
        (await SeenAsync()).ShouldBeEmpty();
        (await ReleaseAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_52_A_guest_whose_name_belongs_to_another_object_now_is_shut_down_cleanly()
    {
        await CreateAsync();
        await RunAsync(Guid.NewGuid());

        await ReleaseAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        await ReleaseAsync();

        (await SeenAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_52_A_guest_that_another_host_holds_is_paused_and_kept_and_said()
    {
        var entity = await CreateAsync();
        await RunAsync(Guid.Parse(entity.Metadata.Uid!));
        await _store.ApplyStatusAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = Key.Namespace, Name = Key.Name }, Status = new DomainStatus { Host = "xen-b" } },
            new ApplyOptions(XenApi.OperatorStatusFieldManager), CancellationToken.None);

        (await ReleaseAsync()).ShouldNotBeNull();

        var domain = (await SeenAsync()).Single();
        domain.State.ShouldBe(RunState.Paused);
        domain.Mark!.ShutdownRequestedAt.ShouldBeNull();
        _strays.All.ShouldBe([(Key, "xen-b")]);

        await _host.DestroyAsync(new DomainRef(domain.Uuid, domain.Domid), CancellationToken.None);
        (await ReleaseAsync()).ShouldBeNull();
        _strays.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_guest_without_an_object_is_left_running_while_its_manifest_may_only_be_unread()
    {
        var domain = await RunAsync(Guid.NewGuid());
        _objection = "web.yaml:3: unknown field";

        (await ReleaseAsync()).ShouldNotBeNull();

        (await SeenAsync()).Single().Ref.ShouldBe(domain);
        (await SeenAsync()).Single().Mark!.ShutdownRequestedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_52_A_foreign_domain_of_the_same_name_is_never_touched()
    {
        var domid = _host.ByHand.Create("shop.web");

        (await ReleaseAsync()).ShouldBeNull();

        (await SeenAsync()).Single().Domid.ShouldBe(domid);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Dispose();
        await _host.DisposeAsync();
    }

    private Task<TimeSpan?> ReleaseAsync() =>
        new Orphans(_host, _store, Node, new OrphanGuard(() => _objection), _strays, _time, NullLogger.Instance).ReleaseAsync(Key, CancellationToken.None);

    private Task<IReadOnlyList<ObservedDomain>> SeenAsync() => _host.ObserveAllAsync(CancellationToken.None);

    private Task<Domain> CreateAsync() => _store.CreateAsync(
        new Domain
        {
            Metadata = new ObjectMeta { Namespace = Key.Namespace, Name = Key.Name },
            Spec = new DomainSpec { Memory = new MemorySpec { Size = "128Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } },
        },
        CancellationToken.None);

    private async Task<DomainRef> RunAsync(Guid uuid)
    {
        var desired = new DesiredDomain
        {
            Uuid = uuid,
            Namespace = Key.Namespace!,
            Name = Key.Name,
            Generation = 1,
            Type = Xen.Host.DomainType.Pvh,
            Vcpus = 1,
            MemoryKiB = 131072,
            Boot = new DirectBoot("/boot/vmlinuz"),
            Power = DesiredPower.Running,
        };
        var domain = new DomainRef(uuid, await _host.CreatePausedAsync(desired, CancellationToken.None));
        await _host.UnpauseAsync(domain, CancellationToken.None);
        return domain;
    }
}
