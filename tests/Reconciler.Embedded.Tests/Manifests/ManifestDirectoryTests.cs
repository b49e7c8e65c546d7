using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Reconciler.Embedded.Manifests;
using Reconciler.Embedded.Tests.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Testing;
using Reconciler.Testing.Contract;

namespace Reconciler.Embedded.Tests.Manifests;

public sealed class ManifestDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly VirtualTime _time = new();
    private readonly RecordingLogger _log = new();
    private readonly EmbeddedStore _store;
    private readonly ManifestDirectory _manifests;

    public ManifestDirectoryTests()
    {
        _store = EmbeddedStore.InMemory(Widgets.Options with { TimeProvider = _time });
        _manifests = new ManifestDirectory(_directory.Path, _store, options: null, _time, _log);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Every_document_of_every_file_becomes_an_object()
    {
        Write("a.yaml", Widget("one") + "---\n" + Widget("two") + "---\n# only a comment\n");
        Write("b.yml", Widget("three").Replace("name: three", "name: three\n  namespace: other", StringComparison.Ordinal));
        Write("c.json", """{"apiVersion":"contract.reconciler.dev/v1","kind":"Widget","metadata":{"name":"four"},"spec":{"size":"1Gi"}}""");

        Scan();

        Objects().ShouldBe(["default/four", "default/one", "default/two", "other/three"]);
        _manifests.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void An_edit_is_an_apply_and_what_is_no_longer_there_is_removed()
    {
        Write("a.yaml", Widget("one", "{size: 1Gi, mode: Slow, tags: [x]}"));
        Scan();
        var uid = Get("one")!["metadata"]!["uid"]!.GetValue<string>();

        Write("a.yaml", Widget("one", "{size: 2Gi}"));
        Scan();

        var after = Get("one")!;
        after["spec"]!["size"]!.GetValue<string>().ShouldBe("2Gi");
        after["spec"]!["mode"]!.GetValue<string>().ShouldBe("Fast");
        after["spec"]!["tags"].ShouldBeNull();
        after["metadata"]!["uid"]!.GetValue<string>().ShouldBe(uid);
        after["metadata"]!["generation"]!.GetValue<long>().ShouldBe(2);
    }

    [Fact]
    public void A_scan_without_changes_writes_nothing()
    {
        Write("a.yaml", Widget("one"));
        Scan();
        var version = Get("one")!["metadata"]!["resourceVersion"]!.GetValue<string>();

        Scan();
        new ManifestDirectory(_directory.Path, _store, options: null, _time).Scan();

        Get("one")!["metadata"]!["resourceVersion"]!.GetValue<string>().ShouldBe(version);
    }

    [Fact]
    public void A_removed_file_asks_for_deletion_after_a_while()
    {
        Write("a.yaml", Widget("one"));
        Scan();
        Remove("a.yaml");

        Scan().ShouldNotBeNull();
        Objects().ShouldBe(["default/one"]);

        _time.Advance(TimeSpan.FromSeconds(2));
        Scan();
        Objects().ShouldBeEmpty();
        _log.Lines.ShouldContain(l => l.Contains("Widget default/one") && l.Contains("a.yaml"));
    }

    [Fact]
    public void A_removed_object_with_finalizers_waits_for_them()
    {
        Write("a.yaml", Widget("one"));
        Scan();
        Hold("one");
        Remove("a.yaml");
        ScanOut();

        Get("one")!["metadata"]!["deletionTimestamp"].ShouldNotBeNull();

        // Put back while it ends: the old one goes first, and what comes is another object.
        var uid = Get("one")!["metadata"]!["uid"]!.GetValue<string>();
        Write("a.yaml", Widget("one"));
        Scan().ShouldNotBeNull();
        _manifests.Problems.ShouldHaveSingleItem().Message.ShouldContain("still being deleted");
        Release("one");
        Scan();
        Get("one")!["metadata"]!["uid"]!.GetValue<string>().ShouldNotBe(uid);
        _manifests.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Moving_an_object_to_another_file_is_no_deletion()
    {
        Write("a.yaml", Widget("one") + "---\n" + Widget("two"));
        Scan();
        var uid = Get("two")!["metadata"]!["uid"]!.GetValue<string>();

        Write("a.yaml", Widget("one"));
        Scan();
        _time.Advance(TimeSpan.FromSeconds(1));
        Scan();
        Write("b.yaml", Widget("two"));
        Scan();
        _time.Advance(TimeSpan.FromMinutes(1));
        Scan();

        Get("two")!["metadata"]!["uid"]!.GetValue<string>().ShouldBe(uid);
        Get("two")!["metadata"]!["annotations"]![ManifestDirectory.SourceAnnotation]!.GetValue<string>().ShouldBe("b.yaml");
        Get("two")!["metadata"]!["generation"]!.GetValue<long>().ShouldBe(1);
    }

    [Theory]
    [InlineData("{size: 1Gi, mdoe: Slow}", 5, "spec.mdoe: unknown field \"mdoe\"; did you mean \"mode\"?")]
    [InlineData("\n  size: 1Gi\n  count: many", 7, "spec.count: \"many\" must be a whole number")]
    [InlineData("\n  size: 1Gi\n  count: 99", 7, "spec.count: 99 must be at most 10")]
    [InlineData("\n  count: 1", 6, "spec.size: is required")]
    public void A_bad_field_is_named_with_file_line_and_reason(string spec, int line, string message)
    {
        Write("good.yaml", Widget("good"));
        Write("bad.yaml", Widget("bad", spec));

        Scan();

        var problem = _manifests.Problems.ShouldHaveSingleItem();
        problem.File.ShouldBe("bad.yaml");
        problem.Line.ShouldBe(line);
        problem.Object.ShouldBe("Widget default/bad");
        problem.Message.ShouldBe(message);
        problem.ToString().ShouldBe($"bad.yaml:{line}: Widget default/bad: {message}");
        Objects().ShouldBe(["default/good"]);
    }

    [Theory]
    [InlineData("a: [1, 2", "line")]
    [InlineData("- just\n- a list\n", "a document is a map that begins with apiVersion and kind")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nmetadata: {name: one}\n", "kind is missing")]
    [InlineData("kind: Widget\nmetadata: {name: one}\n", "apiVersion is missing: contract.reconciler.dev/v1")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: Wigdet\nmetadata: {name: one}\n", "did you mean \"Widget\"? Known: Widget")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: WidgetList\nitems: []\n", "is not supported")]
    [InlineData("apiVersion: contract.reconciler.dev/v7\nkind: Widget\nmetadata: {name: one}\n", "it is contract.reconciler.dev/v1")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: Widget\n", "metadata is missing")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: Widget\nmetadata: {labels: {}}\n", "metadata.name is missing")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: Widget\nmetadata: {name: 7}\n", "metadata.name is missing, or no string")]
    public void What_is_no_manifest_is_said_and_the_rest_of_its_file_counts(string text, string message)
    {
        Write("a.yaml", text + "\n---\n" + Widget("good"));

        Scan();

        var problem = _manifests.Problems.ShouldHaveSingleItem();
        problem.File.ShouldBe("a.yaml");
        problem.Line.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(5);
        if (message != "line") problem.Message.ShouldContain(message);
        Objects().ShouldBe(["default/good"]);
    }

    [Fact]
    public void A_json_file_with_an_error_is_named_with_its_line()
    {
        Write("a.json", "{\n  \"kind\": \"Widget\",\n}");

        Scan();

        _manifests.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith("a.json:3: no JSON: ");
    }

    [Theory]
    [InlineData("spec: [")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: Wigdet\nmetadata: {name: one}\n")]
    [InlineData("apiVersion: contract.reconciler.dev/v1\nkind: Widget\nmetadata: {name: one}\nspec: {sise: 1Gi}\n")]
    [InlineData("\u0000\u0001")]
    public void A_file_that_becomes_bad_keeps_its_objects_as_they_were(string text)
    {
        Write("a.yaml", Widget("one", "{size: 3Gi}"));
        Scan();
        Hold("one");

        Write("a.yaml", text);
        ScanOut();

        Get("one")!["spec"]!["size"]!.GetValue<string>().ShouldBe("3Gi");
        Get("one")!["metadata"]!["deletionTimestamp"].ShouldBeNull();
        _manifests.Problems.ShouldNotBeEmpty();
        _manifests.Problems.ShouldAllBe(p => p.File == "a.yaml");

        // Also for an agent that starts only now.
        var restarted = new ManifestDirectory(_directory.Path, _store, options: null, _time);
        restarted.Scan();
        _time.Advance(TimeSpan.FromMinutes(1));
        restarted.Scan();
        Get("one")!["metadata"]!["deletionTimestamp"].ShouldBeNull();

        Write("a.yaml", Widget("one", "{size: 4Gi}"));
        Scan();
        Get("one")!["spec"]!["size"]!.GetValue<string>().ShouldBe("4Gi");
        _manifests.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void An_object_that_was_moved_to_a_file_which_is_broken_stays()
    {
        Write("a.yaml", Widget("one"));
        Write("x.yaml", Widget("other"));
        Scan();
        Remove("a.yaml");
        Remove("x.yaml");
        Write("b.yaml", Widget("one") + "  broken: [");
        ScanOut();

        Objects().ShouldBe(["default/one"]);
        _manifests.Problems.ShouldContain(
            p => p.File == "b.yaml" && p.Object == "Widget default/one" && p.Message.Contains("stays as it was last read"));
    }

    [Fact]
    public void A_directory_that_is_missing_deletes_nothing_and_is_an_error()
    {
        Write("a.yaml", Widget("one"));
        Scan();
        Directory.Move(_directory.Path, _directory.Path + ".away");
        try
        {
            ScanOut();

            Objects().ShouldBe(["default/one"]);
            var problem = _manifests.Problems.ShouldHaveSingleItem();
            problem.File.ShouldBe(_directory.Path);
            problem.Message.ShouldContain("can't be read");
            problem.Message.ShouldContain("nothing is changed");
        }
        finally
        {
            Directory.Move(_directory.Path + ".away", _directory.Path);
        }

        Scan();
        _manifests.Problems.ShouldBeEmpty();
        Objects().ShouldBe(["default/one"]);
    }

    [Fact]
    public void Time_without_the_directory_does_not_count_towards_a_removal()
    {
        Write("a.yaml", Widget("one"));
        Scan();
        Remove("a.yaml");
        Scan();
        Directory.Move(_directory.Path, _directory.Path + ".away");
        ScanOut();
        Directory.Move(_directory.Path + ".away", _directory.Path);

        Scan();

        Objects().ShouldBe(["default/one"]);
    }

    [Fact]
    public void A_link_that_leads_nowhere_is_a_file_that_can_not_be_read()
    {
        Write("a.yaml", Widget("one"));
        Scan();
        Remove("a.yaml");
        File.CreateSymbolicLink(_directory.File("a.yaml"), _directory.File("nowhere"));
        ScanOut();

        Objects().ShouldBe(["default/one"]);
        _manifests.Problems.ShouldContain(p => p.File == "a.yaml" && p.Message.Contains("can't be read"));
    }

    [Fact]
    public void Of_two_documents_for_one_object_the_first_counts_and_both_are_named()
    {
        Write("b.yaml", Widget("one", "{size: 2Gi}"));
        Write("a.yaml", "# a comment\n" + Widget("one", "{size: 1Gi}"));
        Scan();

        Get("one")!["spec"]!["size"]!.GetValue<string>().ShouldBe("1Gi");
        var problem = _manifests.Problems.ShouldHaveSingleItem();
        problem.File.ShouldBe("b.yaml");
        problem.Message.ShouldContain("a.yaml:2");

        Remove("a.yaml");
        ScanOut();
        Get("one")!["spec"]!["size"]!.GetValue<string>().ShouldBe("2Gi");
        _manifests.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".a.yaml.swp")]
    [InlineData(".a.yaml")]
    [InlineData("a.yaml~")]
    [InlineData("#a.yaml#")]
    [InlineData(".#a.yaml")]
    [InlineData("4913")]
    [InlineData("a.yaml.bak")]
    [InlineData("a.yaml.tmp")]
    [InlineData("README.md")]
    public void Files_of_editors_and_other_files_are_passed_over(string name)
    {
        Write(name, Widget("one"));

        Scan();

        Objects().ShouldBeEmpty();
        _manifests.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void What_kubectl_prints_is_a_good_manifest()
    {
        Write("a.yaml", """
            apiVersion: contract.reconciler.dev/v1
            kind: Widget
            metadata:
              name: one
              uid: 6b2c1f0e-0000-4000-8000-000000000000
              resourceVersion: "5"
              generation: 3
              creationTimestamp: "2026-01-01T00:00:00Z"
              managedFields: []
            spec:
              size: 1Gi
            status:
              phase: Up
            """);

        Scan();

        _manifests.Problems.ShouldBeEmpty();
        Get("one")!["status"].ShouldBeNull();
        Get("one")!["metadata"]!["uid"]!.GetValue<string>().ShouldNotBe("6b2c1f0e-0000-4000-8000-000000000000");
    }

    [Fact]
    public void Objects_that_others_made_are_left_alone()
    {
        _store.Apply(Widgets.Type, Widgets.Json("made", """{"size":"1Gi"}"""), new ApplyOptions("somebody"));

        ScanOut();

        Objects().ShouldBe(["default/made"]);
    }

    [Fact]
    public void Each_problem_is_told_once_and_once_when_it_is_mended()
    {
        Write("a.yaml", Widget("one", "{sise: 1Gi}"));
        Scan();
        Scan();
        Write("a.yaml", "# moved down\n" + Widget("one", "{sise: 1Gi}"));
        Scan();
        _log.Lines.Count(l => l.Contains("unknown field")).ShouldBe(1);

        Write("a.yaml", Widget("one"));
        Scan();
        Scan();
        _log.Lines.Count(l => l.StartsWith("Mended", StringComparison.Ordinal) && l.Contains("unknown field")).ShouldBe(1);
    }

    [Fact]
    public void Problems_can_be_read_by_another_process()
    {
        Write("a.yaml", Widget("one", "{sise: 1Gi}"));
        Scan();

        ManifestProblemFile.Write(_directory.Path, _manifests.Problems);

        ManifestProblemFile.Read(_directory.Path).ShouldBe(_manifests.Problems);
        ManifestProblemFile.Read(_directory.File("nowhere")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_running_directory_is_followed_without_waiting_for_the_next_scan()
    {
        var options = new ManifestDirectoryOptions { RescanInterval = TimeSpan.FromMinutes(10), RemovalDelay = TimeSpan.FromMilliseconds(50), SettleTime = TimeSpan.FromMilliseconds(20) };
        using var store = EmbeddedStore.InMemory(Widgets.Options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = new ManifestDirectory(_directory.Path, store, options).RunAsync(scanned: null, stop.Token);

        var list = await store.ListAsync<Widget>(new ListOptions(), stop.Token);
        await using var watch = store.WatchAsync<Widget>(new WatchOptions { ResourceVersion = list.ResourceVersion, AllowBookmarks = false }, stop.Token).GetAsyncEnumerator(stop.Token);
        async Task<WatchEventType> NextAsync()
        {
            (await watch.MoveNextAsync()).ShouldBeTrue();
            return watch.Current.Type;
        }

        Write("a.yaml", Widget("one"));
        (await NextAsync()).ShouldBe(WatchEventType.Added);

        // As editors do: a new file over the old one.
        Write("a.yaml.new", Widget("one", "{size: 2Gi}"));
        File.Move(_directory.File("a.yaml.new"), _directory.File("a.yaml"), overwrite: true);
        (await NextAsync()).ShouldBe(WatchEventType.Modified);

        Remove("a.yaml");
        (await NextAsync()).ShouldBe(WatchEventType.Deleted);

        await stop.CancelAsync();
        await running;
    }

    private static string Widget(string name, string spec = "{size: 1Gi}") =>
        $"apiVersion: contract.reconciler.dev/v1\nkind: Widget\nmetadata:\n  name: {name}\nspec: {spec}\n";

    private TimeSpan? Scan() => _manifests.Scan();

    /// <summary>Scans until nothing that is pending is left undone.</summary>
    private void ScanOut()
    {
        for (var i = 0; i < 5; i++)
        {
            Scan();
            _time.Advance(TimeSpan.FromSeconds(30));
        }
    }

    private void Write(string name, string text) => File.WriteAllText(_directory.File(name), text);

    private void Remove(string name) => File.Delete(_directory.File(name));

    private JsonObject? Get(string name) =>
        _store.ReadAll(Widgets.Type).SingleOrDefault(o => o["metadata"]!["name"]!.GetValue<string>() == name);

    private IEnumerable<string> Objects() =>
        _store.ReadAll(Widgets.Type).Select(o => $"{o["metadata"]!["namespace"]}/{o["metadata"]!["name"]}");

    private void Hold(string name) =>
        _store.PatchAsync<Widget>(name, "default", new JsonPatch().Add("/metadata/finalizers", new JsonArray("test/hold")), CancellationToken.None).GetAwaiter().GetResult();

    private void Release(string name) =>
        _store.PatchAsync<Widget>(name, "default", new JsonPatch().Remove("/metadata/finalizers/0"), CancellationToken.None).GetAwaiter().GetResult();

    private sealed class RecordingLogger : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
