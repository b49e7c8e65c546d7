using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Ownership;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Ownership;

public sealed class OwnerReferenceTests
{
    private readonly InMemoryCluster _cluster = new(new VirtualTime());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Semantics_28_An_owner_is_the_one_controller_and_is_not_deleted_before_what_it_owns()
    {
        var reference = OwnerReferences.To(Widget.Named("owner") with { Metadata = new() { Namespace = "ns", Name = "owner", Uid = "u1" } });
        reference.ShouldBe(new OwnerReference
        {
            ApiVersion = Widget.Definition.ApiVersion, Kind = "Widget", Name = "owner", Uid = "u1", Controller = true, BlockOwnerDeletion = true,
        });
        Should.Throw<ArgumentException>(() => OwnerReferences.To(Widget.Named("owner") with { Metadata = new() { Namespace = "ns", Name = "owner" } }));
    }

    [Fact]
    public async Task Semantics_28_Nothing_is_owned_across_namespaces()
    {
        var owner = await OwnerAsync();
        var elsewhere = Dependent(owner) with { Metadata = new() { Namespace = "other", Name = "child", OwnerReferences = [OwnerReferences.To(owner)] } };
        await Should.ThrowAsync<ArgumentException>(() => _cluster.Client.CreateOwnedAsync(elsewhere, owner, Cancel));
        _cluster.Calls.ShouldNotContain(c => c.Contains("child"));
    }

    [Fact]
    public async Task Semantics_26_28_A_name_that_is_taken_is_ours_only_by_the_owners_uid()
    {
        var owner = await OwnerAsync();
        var made = await _cluster.Client.CreateOwnedAsync(Dependent(owner), owner, Cancel);
        var again = await _cluster.Client.CreateOwnedAsync(Dependent(owner), owner, Cancel);
        again!.Metadata.Uid.ShouldBe(made!.Metadata.Uid);

        // The owner was deleted and made again: the old dependent is its predecessor's, and not touched.
        var successor = owner with { Metadata = owner.Metadata with { Uid = "successor" } };
        (await _cluster.Client.CreateOwnedAsync(Dependent(successor), successor, Cancel)).ShouldBeNull();
        _cluster.Find<Widget>("child")!.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(owner.Metadata.Uid);
    }

    [Fact]
    public async Task Semantics_26_A_name_that_a_stranger_has_taken_is_left_to_him()
    {
        var owner = await OwnerAsync();
        await _cluster.Client.CreateAsync(Widget.Named("child"), Cancel);
        (await _cluster.Client.CreateOwnedAsync(Dependent(owner), owner, Cancel)).ShouldBeNull();
        _cluster.Find<Widget>("child")!.Metadata.OwnerReferences.ShouldBeNull();
    }

    private Task<Widget> OwnerAsync() => _cluster.Client.CreateAsync(Widget.Named("owner"), Cancel);

    private static Widget Dependent(Widget owner) => Widget.Named("child") with
    {
        Metadata = new() { Namespace = "ns", Name = "child", OwnerReferences = [OwnerReferences.To(owner)] },
    };
}
