using Reconciler.Agent.Domains;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Tests.Domains;

public sealed class StatusBookTests : IDisposable
{
    private readonly EmbeddedStore _store = EmbeddedStore.InMemory();

    [Fact]
    public async Task Semantics_22_The_same_status_is_written_once()
    {
        var (book, entity) = (new StatusBook(_store), await CreateAsync());

        (await book.WriteAsync(entity, Status("Running"), CancellationToken.None)).ShouldBeTrue();
        (await book.WriteAsync(entity, Status("Running"), CancellationToken.None)).ShouldBeFalse();
        (await book.WriteAsync(entity, Status("Paused"), CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_new_process_writes_nothing_when_nothing_has_changed()
    {
        var entity = await CreateAsync();
        await new StatusBook(_store).WriteAsync(entity, Status("Running"), CancellationToken.None);
        await _store.ApplyStatusAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = "shop", Name = "web" }, Status = new DomainStatus { Host = "xen-a" } },
            new ApplyOptions(XenApi.OperatorStatusFieldManager), CancellationToken.None);

        var current = (await _store.GetAsync<Domain>("web", "shop", CancellationToken.None))!;
        (await new StatusBook(_store).WriteAsync(current, Status("Running"), CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task Semantics_21_A_pass_reads_its_own_writes_although_the_cache_is_behind()
    {
        var (book, stale) = (new StatusBook(_store), await CreateAsync());
        await book.WriteAsync(stale, Status("Running") with { LastExit = Exit() }, CancellationToken.None);

        book.Overlay(stale).Status!.LastExit.ShouldBe(Exit());
    }

    [Fact]
    public async Task The_overlay_keeps_what_the_operator_says()
    {
        var (book, entity) = (new StatusBook(_store), await CreateAsync());
        await book.WriteAsync(entity, Status("Running"), CancellationToken.None);
        var fresh = entity with
        {
            Status = new DomainStatus
            {
                Host = "xen-a",
                Conditions = [((IReadOnlyList<Condition>?)null).Next(AcceptedCondition.Type, ConditionStatus.True, AcceptedCondition.Valid, "", 1, DateTimeOffset.UnixEpoch)],
            },
        };

        var overlaid = book.Overlay(fresh).Status!;
        overlaid.Host.ShouldBe("xen-a");
        overlaid.Conditions.Find(AcceptedCondition.Type).ShouldNotBeNull();
        overlaid.Conditions.Find(ReadyCondition.Type).ShouldNotBeNull();
    }

    [Fact]
    public async Task Semantics_26_A_write_for_an_object_that_was_replaced_under_its_name_is_refused()
    {
        var (book, entity) = (new StatusBook(_store), await CreateAsync());
        await _store.DeleteAsync<Domain>("web", "shop", new DeleteOptions(), CancellationToken.None);
        await CreateAsync();

        await Should.ThrowAsync<KubernetesApiException>(() => book.WriteAsync(entity, Status("Running"), CancellationToken.None));
        (await _store.GetAsync<Domain>("web", "shop", CancellationToken.None))!.Status?.PowerState.ShouldBeNull();
    }

    public void Dispose() => _store.Dispose();

    private static DomainStatus Status(string powerState) => new()
    {
        ObservedGeneration = 1,
        PowerState = powerState,
        Conditions = [((IReadOnlyList<Condition>?)null).Next(ReadyCondition.Type, ConditionStatus.True, powerState, "", 1, DateTimeOffset.UnixEpoch)],
    };

    private static ExitStatus Exit() => new() { Reason = "Crash", Domid = 3, At = DateTimeOffset.UnixEpoch, CreatedAt = DateTimeOffset.UnixEpoch };

    private Task<Domain> CreateAsync() => _store.CreateAsync(
        new Domain
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "web" },
            Spec = new DomainSpec { Memory = new MemorySpec { Size = "128Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } },
        },
        CancellationToken.None);
}
