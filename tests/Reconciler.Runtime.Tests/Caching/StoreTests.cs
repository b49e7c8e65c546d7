using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Tests.Fakes;

namespace Reconciler.Runtime.Tests.Caching;

public sealed class StoreTests
{
    private readonly Store<Widget> _store = new();
    private readonly List<StoreChange<Widget>> _changes = [];

    public StoreTests() => _store.Subscribe(_changes.Add);

    [Fact]
    public void Snapshots_do_not_change_when_the_store_does()
    {
        Fill(Widget.Named("a"));
        var before = _store.Snapshot;
        Apply(Widget.Named("b"));
        Delete(Widget.Named("a"));

        before.Objects.Keys.ShouldBe([new ObjectKey("ns", "a")]);
        _store.Snapshot.Objects.Keys.ShouldBe([new ObjectKey("ns", "b")]);
    }

    [Fact]
    public void The_store_shows_a_change_before_it_tells_of_it()
    {
        Widget? seen = null;
        _store.Subscribe(change => seen = _store.Get(change.Key));
        Fill();
        Apply(Widget.Named("a", "7"));
        seen!.Metadata.ResourceVersion.ShouldBe("7");
    }

    [Fact]
    public void The_first_fill_is_marked_as_initial_and_later_changes_are_not()
    {
        Fill(Widget.Named("a"));
        Apply(Widget.Named("b"));
        _changes.Select(c => c.IsInitial).ShouldBe([true, false]);
    }

    [Fact]
    public void A_late_subscriber_is_told_of_everything_that_is_there()
    {
        Fill(Widget.Named("a"), Widget.Named("b"));
        var told = new List<StoreChange<Widget>>();
        _store.Subscribe(told.Add);
        told.Select(c => c.Key.Name).Order().ShouldBe(["a", "b"]);
        told.ShouldAllBe(c => c.IsInitial && c.Type == StoreChangeType.Added);
    }

    [Fact]
    public void A_relist_tells_only_of_differences()
    {
        Fill(Widget.Named("same"), Widget.Named("other", "1"));
        _changes.Clear();
        Fill(Widget.Named("same"), Widget.Named("other", "2"));
        _changes.ShouldHaveSingleItem().Key.Name.ShouldBe("other");
    }

    [Fact]
    public void An_object_made_again_under_its_name_shows_both_uids()
    {
        Fill(Widget.Named("a", uid: "first"));
        Fill(Widget.Named("a", "9", uid: "second"));
        _changes[^1].Old!.Metadata.Uid.ShouldBe("first");
        _changes[^1].New!.Metadata.Uid.ShouldBe("second");
    }

    [Fact]
    public void An_abandoned_list_leaves_no_trace()
    {
        _store.Apply(ReflectorEvent<Widget>.Init);
        _store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.InitApply, Widget.Named("half")));
        Fill(Widget.Named("whole"));
        _store.Snapshot.Objects.Keys.ShouldBe([new ObjectKey("ns", "whole")]);
    }

    [Fact]
    public void An_index_follows_its_objects()
    {
        var store = new Store<Widget>();
        store.AddIndex("size", w => w.Spec?.Size is { } size ? [size] : []);
        _ = Fill(store, Widget.Named("a", size: "small"), Widget.Named("b", size: "small"));
        store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Apply, Widget.Named("a", "2", size: "large")));
        store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Delete, Widget.Named("b", "3", size: "small")));

        store.ByIndex("size", "small").ShouldBeEmpty();
        store.ByIndex("size", "large").ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
        store.ByIndex("size", "none").ShouldBeEmpty();
    }

    [Fact]
    public void A_label_index_files_by_the_labels_value()
    {
        var store = new Store<Widget>();
        store.AddLabelIndex("host");
        var placed = Widget.Named("a");
        _ = Fill(store, placed with { Metadata = placed.Metadata with { Labels = new Dictionary<string, string> { ["host"] = "n1" } } }, Widget.Named("b"));
        store.ByIndex("host", "n1").ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public void An_index_of_a_filled_store_is_refused()
    {
        Fill(Widget.Named("a"));
        Should.Throw<InvalidOperationException>(() => _store.AddIndex("size", _ => []));
    }

    [Fact]
    public void A_deletion_of_an_object_that_was_never_readable_is_told_by_its_key()
    {
        Fill();
        _store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Apply, new Kubernetes.Client.UndecodableObject("ns", "odd", "no")));
        _store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Delete, new Kubernetes.Client.UndecodableObject("ns", "odd", "no")));
        _changes.ShouldHaveSingleItem().ShouldBe(new StoreChange<Widget>(StoreChangeType.Deleted, new("ns", "odd"), null, null, false));
    }

    [Fact]
    public void Synced_completes_with_the_first_list_also_when_it_is_empty()
    {
        _store.IsSynced.ShouldBeFalse();
        Fill();
        _store.Synced.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private static Store<Widget> Fill(Store<Widget> store, params Widget[] widgets)
    {
        store.Apply(ReflectorEvent<Widget>.Init);
        foreach (var widget in widgets)
        {
            store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.InitApply, widget));
        }

        store.Apply(ReflectorEvent<Widget>.InitDone);
        return store;
    }

    private void Fill(params Widget[] widgets) => Fill(_store, widgets);

    private void Apply(Widget widget) => _store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Apply, widget));

    private void Delete(Widget widget) => _store.Apply(ReflectorEvent<Widget>.Of(ReflectorEventType.Delete, widget));
}
