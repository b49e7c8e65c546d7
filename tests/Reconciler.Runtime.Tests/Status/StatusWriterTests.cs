using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Status;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Status;

public sealed class StatusWriterTests
{
    private readonly InMemoryCluster _cluster = new(new VirtualTime());
    private readonly StatusWriter _writer;

    public StatusWriterTests() => _writer = NewProcess();

    private int Writes => _cluster.Calls.Count(c => c == "apply status widgets ns/a as tester");

    [Fact]
    public async Task Semantics_22_A_status_that_is_there_already_is_not_written_again()
    {
        var widget = await _cluster.Client.CreateAsync(Widget.Named("a"), default);
        widget = await ApplyAsync(widget, new() { Ready = 1 });
        widget = await ApplyAsync(widget, new() { Ready = 1 });
        widget.Status!.Ready.ShouldBe(1);
        Writes.ShouldBe(1);
        await ApplyAsync(widget, new() { Ready = 2 });
        Writes.ShouldBe(2);
    }

    [Fact]
    public async Task Semantics_22_A_new_process_does_not_write_what_the_one_before_it_wrote()
    {
        var widget = await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1 });
        await NewProcess().ApplyAsync(widget, Desired(widget, new() { Ready = 1 }), default);
        Writes.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_23_A_field_that_is_no_longer_wanted_is_written_away()
    {
        var widget = await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1, Note = "hello" });
        widget = await ApplyAsync(widget, new() { Ready = 1 });
        widget.Status!.Note.ShouldBeNull();
        Writes.ShouldBe(2);
    }

    [Fact]
    public async Task Semantics_22_What_others_added_is_no_reason_to_write()
    {
        var widget = await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1, Conditions = [Condition("Ours")] });
        var withTheirs = widget with { Status = widget.Status! with { Note = "theirs", Conditions = [Condition("Theirs"), Condition("Ours")] } };
        await ApplyAsync(withTheirs, new() { Ready = 1, Conditions = [Condition("Ours")] });
        Writes.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_22_What_others_destroyed_is_written_again()
    {
        var widget = await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1 });
        await ApplyAsync(widget with { Status = null }, new() { Ready = 1 });
        Writes.ShouldBe(2);
    }

    [Fact]
    public async Task Semantics_21_22_An_old_view_does_not_hide_that_the_status_has_moved_on()
    {
        var one = await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1 });
        await ApplyAsync(one, new() { Ready = 2 });
        await ApplyAsync(one, new() { Ready = 1 });
        _cluster.Find<Widget>("a")!.Status!.Ready.ShouldBe(1);
    }

    [Fact]
    public async Task A_successor_under_the_same_name_is_written_from_scratch()
    {
        await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1 });
        await _cluster.Client.DeleteAsync<Widget>("a", "ns", new DeleteOptions(), default);
        await ApplyAsync(await _cluster.Client.CreateAsync(Widget.Named("a"), default), new() { Ready = 1 });
        _cluster.Find<Widget>("a")!.Status!.Ready.ShouldBe(1);
    }

    private static Condition Condition(string type) =>
        new() { Type = type, Status = "True", Reason = "Because", LastTransitionTime = DateTimeOffset.UnixEpoch };

    private static Widget Desired(Widget about, WidgetStatus status) =>
        new() { Metadata = new() { Namespace = about.Metadata.Namespace, Name = about.Metadata.Name }, Status = status };

    private StatusWriter NewProcess() => new(_cluster.Client, "tester", TestServices.Create(new VirtualTime()));

    private Task<Widget> ApplyAsync(Widget observed, WidgetStatus status) => _writer.ApplyAsync(observed, Desired(observed, status), default);
}
