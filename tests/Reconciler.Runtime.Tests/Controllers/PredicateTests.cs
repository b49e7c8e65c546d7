using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Tests.Fakes;

namespace Reconciler.Runtime.Tests.Controllers;

public sealed class PredicateTests
{
    private static readonly Widget Before = Widget.Named("a", "1");

    [Fact]
    public void Semantics_25_Status_and_annotations_are_no_intent()
    {
        Intends(m => m with { ResourceVersion = "2" }).ShouldBeFalse();
        Intends(m => m with { Annotations = new Dictionary<string, string> { ["k"] = "v" } }).ShouldBeFalse();
    }

    [Fact]
    public void Semantics_25_Spec_deletion_finalizers_and_labels_are_intent()
    {
        Intends(m => m with { Generation = 2 }).ShouldBeTrue();
        Intends(m => m with { DeletionTimestamp = DateTimeOffset.UnixEpoch }).ShouldBeTrue();
        Intends(m => m with { Finalizers = ["f"] }).ShouldBeTrue();
        Intends(m => m with { Labels = new Dictionary<string, string> { ["host"] = "n1" } }).ShouldBeTrue();
    }

    [Fact]
    public void Semantics_13_25_Another_object_under_the_same_name_counts() => Intends(m => m with { Uid = "other" }).ShouldBeTrue();

    [Fact]
    public void Semantics_25_Of_a_kind_without_generations_every_change_counts()
    {
        var old = Before with { Metadata = Before.Metadata with { Generation = null } };
        var now = old with { Metadata = old.Metadata with { ResourceVersion = "2" } };
        Predicates.Intent(new StoreChange<Widget>(StoreChangeType.Updated, ObjectKey.Of(now), old, now, false)).ShouldBeTrue();
    }

    [Fact]
    public void Appearing_and_going_count()
    {
        Predicates.Intent(new StoreChange<Widget>(StoreChangeType.Added, ObjectKey.Of(Before), null, Before, false)).ShouldBeTrue();
        Predicates.Intent(new StoreChange<Widget>(StoreChangeType.Deleted, ObjectKey.Of(Before), Before, null, false)).ShouldBeTrue();
    }

    private static bool Intends(Func<ObjectMeta, ObjectMeta> change)
    {
        var now = Before with { Metadata = change(Before.Metadata) };
        return Predicates.Intent(new StoreChange<Widget>(StoreChangeType.Updated, ObjectKey.Of(now), Before, now, false));
    }
}
