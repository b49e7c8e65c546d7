using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Shouldly;
using Xunit;

namespace Reconciler.Testing.Contract;

public abstract partial class KubernetesClientContract
{
    [Fact]
    public async Task A_watch_tells_every_change_after_the_list_in_order()
    {
        await CreateAsync("before");
        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace }, Cancel);

        await CreateAsync("a");
        await PatchAsync("a", new JsonPatch().Replace("/spec/size", "2Gi"));
        await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up" });
        await DeleteAsync("a");

        var events = await WatchAsync(new WatchOptions { Namespace = Namespace, ResourceVersion = list.ResourceVersion }, 4);
        events.Select(e => e.Type).ShouldBe(
            [WatchEventType.Added, WatchEventType.Modified, WatchEventType.Modified, WatchEventType.Deleted]);
        events.ShouldAllBe(e => e.Object!.Metadata.Name == "a");
        events.Select(e => e.Object!.Metadata.ResourceVersion).ShouldBeUnique();
        events.ShouldAllBe(e => e.ResourceVersion == e.Object!.Metadata.ResourceVersion);
        events[1].Object!.Spec!.Size.ShouldBe("2Gi");
        events[3].Object!.Status!.Phase.ShouldBe("Up");
    }

    [Fact]
    public async Task Semantics_04_A_watch_goes_on_from_any_version_it_told()
    {
        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace }, Cancel);
        foreach (var name in new[] { "a", "b", "c" }) await CreateAsync(name);

        var first = await WatchAsync(new WatchOptions { Namespace = Namespace, ResourceVersion = list.ResourceVersion }, 1);
        var rest = await WatchAsync(new WatchOptions { Namespace = Namespace, ResourceVersion = first[0].ResourceVersion }, 2);

        rest.Select(e => e.Object!.Metadata.Name).ShouldBe(["b", "c"]);
    }

    [Fact]
    public async Task Semantics_51_What_enters_or_leaves_the_selector_is_added_or_deleted()
    {
        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace }, Cancel);
        await CreateAsync("a");
        await PatchAsync("a", new JsonPatch().Add("/metadata/labels", new System.Text.Json.Nodes.JsonObject { ["host"] = "h1" }));
        await PatchAsync("a", new JsonPatch().Replace("/spec/size", "2Gi"));
        await PatchAsync("a", new JsonPatch().Replace("/metadata/labels/host", "h2"));

        var events = await WatchAsync(
            new WatchOptions { Namespace = Namespace, ResourceVersion = list.ResourceVersion, LabelSelector = "host=h1" }, 3);

        events.Select(e => e.Type).ShouldBe([WatchEventType.Added, WatchEventType.Modified, WatchEventType.Deleted]);
        (await GetAsync("a")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_watch_without_a_version_begins_with_what_is_there()
    {
        await CreateAsync("a");
        await CreateAsync("b");

        var events = await WatchAsync(new WatchOptions { Namespace = Namespace }, 2);

        events.ShouldAllBe(e => e.Type == WatchEventType.Added);
        events.Select(e => e.Object!.Metadata.Name).Order(StringComparer.Ordinal).ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Semantics_07_A_watch_ends_by_itself_when_its_time_is_over()
    {
        var events = 0;
        await foreach (var frame in Client.WatchAsync<Widget>(
            new WatchOptions { Namespace = Namespace, Timeout = TimeSpan.FromSeconds(1), AllowBookmarks = false }, Cancel))
        {
            frame.Type.ShouldNotBe(WatchEventType.Error);
            events++;
        }

        events.ShouldBe(0);
    }

    [Fact]
    public async Task Removing_the_last_finalizer_is_one_deletion()
    {
        await CreateAsync("a", metadata: new ObjectMeta { Finalizers = [Finalizer] });
        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace }, Cancel);
        await DeleteAsync("a");
        await PatchAsync("a", new JsonPatch().Remove("/metadata/finalizers/0"));
        await CreateAsync("b");

        var events = await WatchAsync(new WatchOptions { Namespace = Namespace, ResourceVersion = list.ResourceVersion }, 3);

        events.Select(e => (e.Type, e.Object!.Metadata.Name)).ShouldBe(
            [(WatchEventType.Modified, "a"), (WatchEventType.Deleted, "a"), (WatchEventType.Added, "b")]);
    }

    [Fact]
    public async Task A_write_that_changes_nothing_is_no_event()
    {
        // Managers of their own: API servers before 1.22 keep one set of fields for a manager's object and status together, and each
        // apply to one of them takes the fields of the other out of it.
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });
        await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up" }, StatusManager);
        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace }, Cancel);
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });
        await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up" }, StatusManager);
        await CreateAsync("b");

        var events = await WatchAsync(new WatchOptions { Namespace = Namespace, ResourceVersion = list.ResourceVersion }, 1);

        events[0].Object!.Metadata.Name.ShouldBe("b");
    }

    private async Task<List<WatchEvent<Widget>>> WatchAsync(WatchOptions options, int count)
    {
        var events = new List<WatchEvent<Widget>>();
        await foreach (var frame in Client.WatchAsync<Widget>(options with { Timeout = TimeSpan.FromSeconds(30) }, Cancel))
        {
            if (frame.Type != WatchEventType.Bookmark) events.Add(frame);
            if (events.Count == count) return events;
        }

        throw new ShouldAssertException($"The watch ended after {events.Count} of {count} events.");
    }
}
