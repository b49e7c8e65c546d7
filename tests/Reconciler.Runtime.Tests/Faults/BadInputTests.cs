using System.Collections.Concurrent;
using System.Text;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Runtime.Caching;
using Reconciler.Testing;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>
/// What a server, or something on the way from it, may send that is not what it should be: the process goes on, loses no key, and says
/// what is the matter. Frames and lists go through real connections, byte by byte as written here.
/// </summary>
public sealed class BadInputTests : IAsyncDisposable
{
    private const int OverTheLimit = (64 * 1024 * 1024) + 1;
    private static readonly ObjectKey A = new("ns", "a");
    private static readonly ObjectKey B = new("ns", "b");
    private static readonly ObjectKey C = new("ns", "c");

    private readonly ConcurrentQueue<Func<ScriptedExchange, Task>> _lists = new();
    private readonly ConcurrentQueue<Func<ScriptedExchange, Task>> _watches = new();
    private readonly ScriptedHttpServer _server;

    public BadInputTests() => _server = ScriptedHttpServer.Start(async exchange =>
    {
        var answers = exchange.Request.Target.Contains("watch=true", StringComparison.Ordinal) ? _watches : _lists;
        if (answers.TryDequeue(out var answer))
        {
            await answer(exchange);
        }
        else
        {
            await exchange.StallAsync();
        }
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Semantics_08_A_frame_that_is_cut_off_comes_again_with_the_next_watch()
    {
        List(1, Widget("a", 1));
        Watch(Frame("ADDED", Widget("b", 2)) + Frame("ADDED", Widget("c", 3))[..40]);
        Watch(Frame("ADDED", Widget("c", 3)));
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("all are reconciled", () => new[] { A, B, C }.All(k => sight.IsReconciled(k, "generation 1")));
        WatchedFrom().Take(2).ShouldBe(["1", "2"]);
        sight.NotReady.ShouldBeNull();
        Warnings(sight).ShouldContain(line => line.Contains("the watch ended in the middle of a frame"));
    }

    [Fact]
    public async Task A_frame_without_an_end_is_given_up_and_the_list_tells_what_it_was()
    {
        List(1, Widget("a", 1));
        _watches.Enqueue(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"b\"},\"spec\":{\"size\":\"");
            await SendMuchAsync(exchange);
        });
        List(3, Widget("a", 1), Widget("b", 2));
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("both are reconciled", () => sight.IsReconciled(A, "generation 1") && sight.IsReconciled(B, "generation 1"));
        sight.NotReady.ShouldBeNull();
        Warnings(sight).ShouldContain(line => line.Contains("a frame is larger than 67108864 bytes"));
    }

    [Fact]
    public async Task A_list_that_can_not_be_read_keeps_the_process_unready_and_costs_no_key()
    {
        List(1, Widget("a", 1));
        Watch(Frame("ERROR", """{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}"""));
        _lists.Enqueue(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync("{\"metadata\":{\"resourceVersion\":\"2\"},\"items\":[{\"metadata\":{\"name\":\"b\"},\"spec\":{\"size\":\"");
            await SendMuchAsync(exchange);
        });
        var mended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lists.Enqueue(async exchange =>
        {
            await mended.Task;
            await exchange.RespondAsync(200, ListJson(3, Widget("b", 2)));
        });
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("it says why it is not ready", () => sight.IsReconciled(A, "generation 1") && sight.NotReady is not null);
        sight.NotReady!.ShouldStartWith("store widgets.contract.reconciler.dev: list widgets.contract.reconciler.dev: Cannot list widgets.contract.reconciler.dev at http://127.0.0.1");
        sight.NotReady!.ShouldEndWith("the answer can't be read: an object is larger than 67108864 bytes");
        sight.Store.Get(A).ShouldNotBeNull();

        mended.SetResult();
        await sight.UntilAsync("the deletion is seen", () => sight.IsReconciled(A, "nothing") && sight.IsReconciled(B, "generation 1"));
        sight.NotReady.ShouldBeNull();
    }

    [Fact]
    public async Task Semantics_12_Invalid_utf8_costs_only_the_object_that_it_is_in()
    {
        List(1, Widget("a", 1), Widget("b", 1));
        WatchBytes(Spoiled(Frame("MODIFIED", Widget("a", 2, size: "SPOIL"))), Bytes(Frame("MODIFIED", Widget("b", 3, generation: 2))));
        Watch(Frame("MODIFIED", Widget("a", 4, generation: 3)));
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("the others go on", () => sight.IsReconciled(B, "generation 2"));
        await sight.UntilAsync("the next version of it is read", () => sight.IsReconciled(A, "generation 3"));
        sight.Store.Snapshot.Undecodable.ShouldBeEmpty();
        sight.NotReady.ShouldBeNull();
        Warnings(sight).ShouldContain(line => line.Contains("ns/a can't be read and is left as it is: $.spec.size"));
        sight.Ledger.Last.Keys.Order().ShouldBe([A, B]);
    }

    [Theory]
    [InlineData("ADDED")]
    [InlineData("DELETED")]
    public async Task A_frame_that_does_not_tell_whom_it_is_about_is_answered_by_a_list(string type)
    {
        List(1, Widget("a", 1));
        WatchBytes(Spoiled(Frame(type, Widget("SPOIL", 2))), Bytes(Frame("ADDED", Widget("c", 3))));
        List(3, type == "ADDED" ? [Widget("a", 1), Widget("b", 2), Widget("c", 3)] : [Widget("c", 3)]);
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("the store knows", () => sight.IsReconciled(C, "generation 1") && sight.IsReconciled(type == "ADDED" ? B : A, type == "ADDED" ? "generation 1" : "nothing"));
        sight.NotReady.ShouldBeNull();
        Warnings(sight).ShouldContain(line => line.Contains("a frame does not say whom it is about"));
    }

    [Fact]
    public async Task An_object_without_a_name_stops_neither_a_list_nor_a_watch()
    {
        List(1, """{"metadata":{"resourceVersion":"1"}}""", Widget("a", 1));
        Watch(Frame("ADDED", """{"metadata":{"resourceVersion":"2"}}"""));
        List(2, """{"metadata":null}""", Widget("a", 1), Widget("b", 2));
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("the others are reconciled", () => sight.IsReconciled(A, "generation 1") && sight.IsReconciled(B, "generation 1"));
        sight.NotReady.ShouldBeNull();
        Warnings(sight).ShouldContain(line => line.Contains("the object has no name"));
    }

    [Fact]
    public async Task Semantics_12_A_value_that_this_build_does_not_know_keeps_the_object_named_and_alone()
    {
        List(1, Widget("a", 1, mode: "Sideways"), Widget("b", 1));
        Watch(Frame("MODIFIED", Widget("b", 2, generation: 2, mode: "Sideways")) + Frame("ADDED", Widget("c", 3)));
        List(1); // never asked for: nothing of this calls for a list
        await using var sight = new Sight<StrictWidget>(Kubeconfig, new ReflectorOptions { StreamFirstList = false });

        await sight.UntilAsync("the others go on", () => sight.IsReconciled(C, "generation 1"));
        sight.Store.Snapshot.Undecodable.Keys.Order().ShouldBe([A, B]);
        sight.Store.Snapshot.Undecodable[A].ShouldStartWith("$.spec.mode: ");
        sight.Store.Get(B)!.Metadata.Generation.ShouldBe(1);
        sight.Ledger.Last.ContainsKey(A).ShouldBeFalse();
        sight.IsReconciled(B, "nothing").ShouldBeFalse();
        sight.NotReady.ShouldBeNull();
        Warnings(sight).Count(line => line.Contains("can't be read and is left as it is: $.spec.mode")).ShouldBe(2);
        _lists.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_names_a_time_is_waited_for_by_its_own_clock()
    {
        var time = new VirtualTime();
        time.JumpWallClock(TimeSpan.FromDays(-3650));
        _lists.Enqueue(exchange => exchange.RespondAsync(
            503, "{}", "application/json", ("Date", "Sat, 21 Nov 2026 11:00:00 GMT"), ("Retry-After", "Sat, 21 Nov 2026 11:00:17 GMT")));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Kubeconfig, TestContext.Current.CancellationToken);
        using var client = new HttpKubernetesClient(KubernetesConfig.Load(file), time: time);
        File.Delete(file);

        var error = await Should.ThrowAsync<KubernetesApiException>(() => client.ListAsync<StrictWidget>(new ListOptions(), TestContext.Current.CancellationToken));
        error.RetryAfter.ShouldBe(TimeSpan.FromSeconds(17));
    }

    private string Kubeconfig => KubeconfigText.Of(_server.Address, "secret");

    private static string Widget(string name, int version, int generation = 1, string size = "1Gi", string mode = "Fast") =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"ns","uid":"u-{{{name}}}","resourceVersion":"{{{version}}}","generation":{{{generation}}}},"spec":{"size":"{{{size}}}","mode":"{{{mode}}}"}}""";

    private static string Frame(string type, string json) => $$"""{"type":"{{type}}","object":{{json}}}""" + "\n";

    private static string ListJson(int version, params string[] items) =>
        $$$"""{"kind":"WidgetList","metadata":{"resourceVersion":"{{{version}}}"},"items":[{{{string.Join(',', items)}}}]}""";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>With a byte in it that can't follow the one before (C3 28).</summary>
    private static byte[] Spoiled(string text)
    {
        var bytes = Bytes(text);
        var at = bytes.AsSpan().IndexOf("SPOIL"u8);
        (bytes[at], bytes[at + 1]) = (0xC3, 0x28);
        return bytes;
    }

    private static IReadOnlyList<string> Warnings(Sight<StrictWidget> sight) => sight.Log.At(Microsoft.Extensions.Logging.LogLevel.Warning);

    private static async Task SendMuchAsync(ScriptedExchange exchange)
    {
        var much = new byte[1024 * 1024];
        much.AsSpan().Fill((byte)'x');
        for (var sent = 0; sent < OverTheLimit; sent += much.Length)
        {
            await exchange.WriteAsync(much);
        }

        await exchange.StallAsync();
    }

    private void List(int version, params string[] items) => _lists.Enqueue(exchange => exchange.RespondAsync(200, ListJson(version, items)));

    private void Watch(string text) => WatchBytes(Bytes(text));

    private void WatchBytes(params byte[][] parts) => _watches.Enqueue(async exchange =>
    {
        await exchange.BeginAsync();
        foreach (var part in parts)
        {
            await exchange.WriteAsync(part);
        }

        await exchange.EndAsync();
    });

    private IEnumerable<string> WatchedFrom() => _server.Requests.Where(r => r.Target.Contains("watch=true", StringComparison.Ordinal))
        .Select(r => r.Target.Split('?', '&').Single(p => p.StartsWith("resourceVersion=", StringComparison.Ordinal)).Split('=')[1]);
}
