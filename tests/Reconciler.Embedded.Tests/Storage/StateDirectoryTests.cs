using Reconciler.Kubernetes.Client;
using Reconciler.Testing.Contract;

namespace Reconciler.Embedded.Tests.Storage;

public sealed class StateDirectoryTests : IDisposable
{
    private static readonly ApplyOptions Apply = new("test");

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Everything_of_an_object_survives_a_restart()
    {
        Widget before;
        using (var store = Open())
        {
            await store.CreateAsync(Widgets.New("a", "test/hold"), Cancel);
            await store.ApplyStatusAsync(Widgets.New("a") with { Spec = null, Status = new WidgetStatus { Phase = "Up" } }, Apply, Cancel);
            await store.DeleteAsync<Widget>("a", "default", new DeleteOptions(), Cancel);
            before = (await GetAsync(store, "a"))!;
        }

        using var again = Open();
        var after = (await GetAsync(again, "a"))!;
        after.Metadata.Uid.ShouldBe(before.Metadata.Uid);
        after.Metadata.Finalizers.ShouldBe(["test/hold"]);
        after.Metadata.DeletionTimestamp.ShouldBe(before.Metadata.DeletionTimestamp.ShouldNotBeNull());
        after.Metadata.ResourceVersion.ShouldBe(before.Metadata.ResourceVersion);
        after.Metadata.Generation.ShouldBe(2);
        after.Status!.Phase.ShouldBe("Up");

        await again.PatchAsync<Widget>("a", "default", new JsonPatch().Remove("/metadata/finalizers/0"), Cancel);
        (await GetAsync(again, "a")).ShouldBeNull();
    }

    [Fact]
    public async Task Field_ownership_survives_a_restart()
    {
        using (var store = Open()) await store.ApplyAsync(
            Widgets.New("a") with { Spec = new WidgetSpec { Size = "1Gi", Tags = ["x"] } }, Apply, Cancel);

        using var again = Open();
        (await again.ApplyAsync(Widgets.New("a"), Apply, Cancel)).Spec!.Tags.ShouldBeNull();
    }

    [Fact]
    public async Task Versions_go_on_after_a_restart_even_past_what_was_deleted()
    {
        string last;
        using (var store = Open())
        {
            await store.CreateAsync(Widgets.New("a"), Cancel);
            await store.CreateAsync(Widgets.New("b"), Cancel);
            await store.DeleteAsync<Widget>("b", "default", new DeleteOptions(), Cancel);
            last = (await store.ListAsync<Widget>(new ListOptions(), Cancel)).ResourceVersion;
        }

        using var again = Open();
        long.Parse((await again.CreateAsync(Widgets.New("c"), Cancel)).Metadata.ResourceVersion!).ShouldBeGreaterThan(long.Parse(last));
    }

    [Fact]
    public void A_second_store_on_the_same_directory_is_refused_and_told_who_has_it()
    {
        using var store = Open();

        var refused = Should.Throw<StateDirectoryException>(Open);

        refused.Message.ShouldContain(_directory.Path);
        refused.Message.ShouldContain($"process {Environment.ProcessId}");
        refused.Message.ShouldContain("--state");
        new StateReader(_directory.Path).Holder.ShouldBe($"{Environment.ProcessId}");
    }

    [Fact]
    public void The_lock_ends_with_its_store()
    {
        Open().Dispose();

        new StateReader(_directory.Path).Holder.ShouldBeNull();
        Open().Dispose();
    }

    [Fact]
    public void A_directory_that_can_not_be_made_is_said_with_its_remedy()
    {
        File.WriteAllText(_directory.File("file"), "");

        Should.Throw<StateDirectoryException>(() => EmbeddedStore.Open(_directory.File("file/below"), Widgets.Options)).Message.ShouldContain("--state");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"metadata\":{\"name\":\"a\"")]
    [InlineData("[]")]
    [InlineData("{\"metadata\":{\"name\":\"other\",\"namespace\":\"default\",\"uid\":\"u\",\"resourceVersion\":\"7\"}}")]
    public async Task A_damaged_file_is_set_aside_and_its_name_keeps_its_uid(string content)
    {
        string uid;
        using (var store = Open())
        {
            uid = (await store.CreateAsync(Widgets.New("a"), Cancel)).Metadata.Uid!;
            await store.CreateAsync(Widgets.New("b"), Cancel);
        }

        var file = Directory.EnumerateFiles(_directory.Path, $"{uid}.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(file, content, Cancel);

        using (var again = Open())
        {
            var damaged = again.Damaged.ShouldHaveSingleItem();
            damaged.Name.ShouldBe("a");
            damaged.Uid.ShouldBe(uid);
            File.Exists(file).ShouldBeFalse();
            (await File.ReadAllTextAsync(damaged.Path, Cancel)).ShouldBe(content);

            // An error, not "not found": the agent stops a guest only when its object is surely gone.
            (await Should.ThrowAsync<KubernetesApiException>(() => GetAsync(again, "a"))).IsTransient.ShouldBeTrue();
            var list = await again.ListAsync<Widget>(new ListOptions(), Cancel);
            list.Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("b");
            list.Undecodable.ShouldHaveSingleItem().Name.ShouldBe("a");
        }

        using var third = Open();
        third.Damaged.ShouldHaveSingleItem().Uid.ShouldBe(uid);
        (await third.ApplyAsync(Widgets.New("a"), Apply, Cancel)).Metadata.Uid.ShouldBe(uid);
        third.Damaged.ShouldBeEmpty();
        (await GetAsync(third, "a"))!.Metadata.Uid.ShouldBe(uid);
    }

    [Fact]
    public async Task What_was_restored_and_deleted_does_not_come_back_as_damaged()
    {
        string uid;
        using (var store = Open()) uid = (await store.CreateAsync(Widgets.New("a"), Cancel)).Metadata.Uid!;
        await File.WriteAllTextAsync(
            Directory.EnumerateFiles(_directory.Path, $"{uid}.json", SearchOption.AllDirectories).Single(), "", Cancel);
        using (var store = Open())
        {
            await store.ApplyAsync(Widgets.New("a"), Apply, Cancel);
            await store.DeleteAsync<Widget>("a", "default", new DeleteOptions(), Cancel);
        }

        using var again = Open();
        again.Damaged.ShouldBeEmpty();
        (await again.CreateAsync(Widgets.New("a"), Cancel)).Metadata.Uid.ShouldNotBe(uid);
    }

    [Fact]
    public async Task The_newer_of_two_objects_of_one_name_stays_and_the_older_never_comes_back()
    {
        string first, second;
        using (var store = Open())
        {
            first = (await store.CreateAsync(Widgets.New("a"), Cancel)).Metadata.Uid!;
            var copy = await File.ReadAllTextAsync(FileOf(first), Cancel);
            await store.DeleteAsync<Widget>("a", "default", new DeleteOptions(), Cancel);
            second = (await store.CreateAsync(Widgets.New("a"), Cancel)).Metadata.Uid!;
            await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(FileOf(second))!, $"{first}.json"), copy, Cancel);
        }

        using (var store = Open())
        {
            (await GetAsync(store, "a"))!.Metadata.Uid.ShouldBe(second);
            await store.DeleteAsync<Widget>("a", "default", new DeleteOptions(), Cancel);
        }

        using var again = Open();
        (await GetAsync(again, "a")).ShouldBeNull();
    }

    [Fact]
    public async Task An_object_that_a_later_schema_forbids_can_still_be_looked_after_and_let_go()
    {
        using (var store = Open()) await store.CreateAsync(
            Widgets.New("a", "test/hold") with { Spec = new WidgetSpec { Size = "1Gi", Count = 9 } }, Cancel);

        var stricter = Widgets.Options with { ResourceTypes = Resources.CustomResourceDefinitions.Read(Widget.DefinitionYaml.Replace("maximum: 10", "maximum: 5", StringComparison.Ordinal)) };
        using var again = EmbeddedStore.Open(_directory.Path, stricter);
        await again.ApplyStatusAsync(Widgets.New("a") with { Spec = null, Status = new WidgetStatus { Phase = "Up" } }, Apply, Cancel);
        (await Should.ThrowAsync<KubernetesApiException>(() => again.PatchAsync<Widget>("a", "default", new JsonPatch().Replace("/spec/count", 8), Cancel))).IsInvalid.ShouldBeTrue();
        await again.DeleteAsync<Widget>("a", "default", new DeleteOptions(), Cancel);
        await again.PatchAsync<Widget>("a", "default", new JsonPatch().Remove("/metadata/finalizers/0"), Cancel);

        (await GetAsync(again, "a")).ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_sees_the_objects_of_a_running_store()
    {
        using var store = Open();
        await store.CreateAsync(Widgets.New("b"), Cancel);
        await store.CreateAsync(Widgets.New("a"), Cancel);

        var objects = new StateReader(_directory.Path).Read(Widgets.Type, out var damaged);

        objects.Select(o => o["metadata"]!["name"]!.GetValue<string>()).ShouldBe(["a", "b"]);
        damaged.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_write_that_fails_changes_nothing_and_says_so()
    {
        using var store = EmbeddedStore.Open(_directory.Path, Widgets.Options, new FullDisk(after: 12));
        var created = await store.CreateAsync(Widgets.New("a"), Cancel);

        var refused = await Should.ThrowAsync<KubernetesApiException>(async () =>
        {
            for (var i = 0; i < 20; i++)
                await store.ApplyAsync(Widgets.New("a") with { Spec = new WidgetSpec { Size = $"{i}Gi" } }, Apply, Cancel);
        });

        refused.IsTransient.ShouldBeTrue();
        refused.Message.ShouldContain("No space left");
        (await GetAsync(store, "a"))!.Metadata.Uid.ShouldBe(created.Metadata.Uid);
    }

    private static Task<Widget?> GetAsync(EmbeddedStore store, string name) => store.GetAsync<Widget>(name, "default", Cancel);

    private EmbeddedStore Open() => EmbeddedStore.Open(_directory.Path, Widgets.Options);

    private string FileOf(string uid) => Directory.EnumerateFiles(_directory.Path, $"{uid}.json", SearchOption.AllDirectories).Single();
}
