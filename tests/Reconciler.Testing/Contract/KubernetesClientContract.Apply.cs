using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Shouldly;
using Xunit;

namespace Reconciler.Testing.Contract;

public abstract partial class KubernetesClientContract
{
    [Fact]
    public async Task Semantics_23_Apply_creates_what_is_not_there()
    {
        var applied = await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });

        applied.Metadata.Uid.ShouldNotBeNullOrEmpty();
        applied.Metadata.Generation.ShouldBe(1);
        applied.Spec!.Mode.ShouldBe("Fast");
    }

    [Fact]
    public async Task Applying_the_same_again_changes_nothing()
    {
        var first = await ApplyAsync(
            "a", new WidgetSpec { Size = "1Gi", Tags = ["x"], Ports = [new WidgetPort { Name = "http", Number = 80 }] });
        var second = await ApplyAsync(
            "a", new WidgetSpec { Size = "1Gi", Tags = ["x"], Ports = [new WidgetPort { Name = "http", Number = 80 }] });

        second.Metadata.ResourceVersion.ShouldBe(first.Metadata.ResourceVersion);
        second.Metadata.Generation.ShouldBe(1);
    }

    [Fact]
    public async Task Semantics_23_A_field_that_is_no_longer_applied_is_removed_or_falls_back_to_its_default()
    {
        await ApplyAsync(
            "a",
            new WidgetSpec { Size = "1Gi", Mode = "Slow", Arguments = ["x"], Limits = new WidgetLimits { Seconds = 3, Action = "stop" } });

        var applied = await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });

        applied.Spec.ShouldBe(new WidgetSpec { Size = "1Gi", Count = 1, Mode = "Fast", Limits = new WidgetLimits { Seconds = 120 } });
        applied.Metadata.Generation.ShouldBe(2);
    }

    [Fact]
    public async Task A_field_that_another_manager_owns_too_stays()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Arguments = ["x"] }, "first");
        await ApplyAsync("a", new WidgetSpec { Arguments = ["x"] }, "second");

        var applied = await ApplyAsync("a", new WidgetSpec { Size = "1Gi" }, "first");

        applied.Spec!.Arguments.ShouldBe(["x"]);
        (await ApplyAsync("a", new WidgetSpec(), "second")).Spec!.Arguments.ShouldBeNull();
    }

    [Fact]
    public async Task A_change_to_what_another_manager_owns_is_a_conflict_unless_forced()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Mode = "Slow" }, "first");

        var refused = await RefusedAsync(() => ApplyAsync("a", new WidgetSpec { Mode = "Fast" }, "second", force: false));
        refused.IsConflict.ShouldBeTrue();
        refused.Message.ShouldContain("first");
        refused.Message.ShouldContain(".spec.mode");
        (await GetAsync("a"))!.Spec!.Mode.ShouldBe("Slow");

        (await ApplyAsync("a", new WidgetSpec { Mode = "Fast" }, "second")).Spec!.Mode.ShouldBe("Fast");
        var after = await ApplyAsync("a", new WidgetSpec { Size = "1Gi" }, "first");
        after.Spec!.Mode.ShouldBe("Fast");
    }

    [Fact]
    public async Task Agreeing_on_a_value_is_no_conflict()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Mode = "Slow" }, "first");

        (await ApplyAsync("a", new WidgetSpec { Mode = "Slow" }, "second", force: false)).Spec!.Mode.ShouldBe("Slow");
    }

    [Fact]
    public async Task Managers_own_items_of_a_map_list_each_by_itself()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Ports = [new WidgetPort { Name = "http", Number = 80 }] }, "first");
        await ApplyAsync("a", new WidgetSpec { Ports = [new WidgetPort { Name = "ssh", Number = 22 }] }, "second", force: false);
        await ApplyAsync(
            "a",
            new WidgetSpec { Ports = [new WidgetPort { Name = "http", Note = "mine" }, new WidgetPort { Name = "ssh", Number = 22 }] },
            "second", force: false);

        var both = (await GetAsync("a"))!.Spec!.Ports!;
        both.OrderBy(p => p.Name, StringComparer.Ordinal).ShouldBe(
            [new WidgetPort { Name = "http", Number = 80, Note = "mine" }, new WidgetPort { Name = "ssh", Number = 22 }]);

        var left = (await ApplyAsync("a", new WidgetSpec { Size = "1Gi" }, "first")).Spec!.Ports!;
        left.OrderBy(p => p.Name, StringComparer.Ordinal).ShouldBe(
            [new WidgetPort { Name = "http", Note = "mine" }, new WidgetPort { Name = "ssh", Number = 22 }]);

        (await ApplyAsync("a", new WidgetSpec { Ports = [new WidgetPort { Name = "ssh", Number = 22 }] }, "second")).Spec!.Ports!.ShouldBe(
            [new WidgetPort { Name = "ssh", Number = 22 }]);
    }

    [Fact]
    public async Task Managers_own_members_of_a_set_each_by_itself()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Tags = ["x", "y"] }, "first");
        await ApplyAsync("a", new WidgetSpec { Tags = ["y", "z"] }, "second", force: false);

        (await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Tags = ["x"] }, "first")).Spec!.Tags!.Order(StringComparer.Ordinal).ShouldBe(["x", "y", "z"]);
        (await ApplyAsync("a", new WidgetSpec { Tags = ["z"] }, "second")).Spec!.Tags!.Order(StringComparer.Ordinal).ShouldBe(["x", "z"]);
    }

    [Fact]
    public async Task An_atomic_list_is_owned_and_replaced_whole()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Arguments = ["x", "y"] }, "first");

        (await RefusedAsync(() => ApplyAsync("a", new WidgetSpec { Arguments = ["z"] }, "second", force: false))).IsConflict.ShouldBeTrue();
        (await ApplyAsync("a", new WidgetSpec { Arguments = ["z"] }, "second")).Spec!.Arguments.ShouldBe(["z"]);
    }

    [Fact]
    public async Task Labels_are_owned_one_by_one()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });
        var mine = Partial("a") with { Metadata = new ObjectMeta { Name = "a", Namespace = Namespace, Labels = Labels(("mine", "1")) } };
        var yours = Partial("a") with { Metadata = new ObjectMeta { Name = "a", Namespace = Namespace, Labels = Labels(("yours", "2")) } };
        await Client.ApplyAsync(mine, new ApplyOptions("mine"), Cancel);
        var both = await Client.ApplyAsync(yours, new ApplyOptions("yours", Force: false), Cancel);

        both.Metadata.Labels.ShouldBe(Labels(("mine", "1"), ("yours", "2")), ignoreOrder: true);
        both.Metadata.Generation.ShouldBe(1);
        (await Client.ApplyAsync(Partial("a"), new ApplyOptions("mine"), Cancel)).Metadata.Labels.ShouldBe(Labels(("yours", "2")));
    }

    [Fact]
    public async Task A_patched_field_belongs_to_nobody_who_applied_it()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi", Mode = "Slow", Arguments = ["x"] });
        await PatchAsync("a", new JsonPatch().Replace("/spec/arguments", new System.Text.Json.Nodes.JsonArray("y")));

        (await ApplyAsync("a", new WidgetSpec { Size = "1Gi" })).Spec!.Arguments.ShouldBe(["y"]);
    }

    [Fact]
    public async Task Semantics_26_Apply_with_the_uid_or_version_of_another_object_is_a_conflict()
    {
        var first = await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });
        var stale = Partial("a", new WidgetSpec { Size = "2Gi" }) with { Metadata = first.Metadata with { Uid = Guid.NewGuid().ToString(), ResourceVersion = null, CreationTimestamp = null, Generation = null } };

        // 409 since a uid counts as a precondition; older API servers (1.20) refuse the change of an immutable field with 422.
        var refused = await RefusedAsync(() => Client.ApplyAsync(stale, new ApplyOptions(Manager), Cancel));
        (refused.IsConflict || refused.IsInvalid).ShouldBeTrue(refused.Message);

        await ApplyAsync("a", new WidgetSpec { Size = "3Gi" });
        var old = stale with { Metadata = new ObjectMeta { Name = "a", Namespace = Namespace, ResourceVersion = first.Metadata.ResourceVersion } };
        (await RefusedAsync(() => Client.ApplyAsync(old, new ApplyOptions(Manager), Cancel))).IsConflict.ShouldBeTrue();
        (await GetAsync("a"))!.Spec!.Size.ShouldBe("3Gi");
    }

    [Fact]
    public async Task Semantics_25_Status_is_written_through_its_subresource_only_and_does_not_touch_the_generation()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });

        var status = await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up", ObservedGeneration = 1 });
        var main = await Client.ApplyAsync(
            Partial("a", new WidgetSpec { Size = "1Gi" }, new WidgetStatus { Phase = "Down" }), new ApplyOptions(Manager), Cancel);
        var withSpec = await Client.ApplyStatusAsync(
            Partial("a", new WidgetSpec { Size = "9Gi" }, new WidgetStatus { Phase = "Up", ObservedGeneration = 1 }),
            new ApplyOptions(Manager), Cancel);

        status.Metadata.Generation.ShouldBe(1);
        main.Status!.Phase.ShouldBe("Up");
        withSpec.Spec!.Size.ShouldBe("1Gi");
        withSpec.Status!.ShouldBe(new WidgetStatus { Phase = "Up", ObservedGeneration = 1 });
    }

    [Fact]
    public async Task Semantics_22_54_Two_managers_own_conditions_each_by_itself()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });
        await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up", Conditions = [Condition("Ready")] }, "agent", force: false);
        var both = await ApplyStatusAsync(
            "a", new WidgetStatus { Host = "h", Conditions = [Condition("Placed")] }, "operator", force: false);

        both.Status!.Conditions!.Select(c => c.Type).Order(StringComparer.Ordinal).ShouldBe(["Placed", "Ready"]);
        both.Status.Phase.ShouldBe("Up");
        both.Status.Host.ShouldBe("h");

        var one = await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up" }, "agent");
        one.Status!.Conditions!.ShouldHaveSingleItem().Type.ShouldBe("Placed");
        one.Status.Host.ShouldBe("h");
    }

    [Fact]
    public async Task Semantics_55_A_condition_without_a_message_is_applied()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });
        var applied = await ApplyStatusAsync(
            "a", new WidgetStatus { Phase = "Up", Conditions = [Condition("Ready") with { Message = "" }] });
        applied.Status!.Conditions!.ShouldHaveSingleItem().Message.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task Status_of_what_is_not_there_is_not_found() =>
        (await RefusedAsync(() => ApplyStatusAsync("nothing", new WidgetStatus { Phase = "Up" }))).IsNotFound.ShouldBeTrue();

    [Fact]
    public async Task An_apply_that_leaves_an_invalid_object_is_refused()
    {
        await ApplyAsync("a", new WidgetSpec { Size = "1Gi" });

        (await RefusedAsync(() => ApplyAsync("a", new WidgetSpec { Mode = "Fast" }))).IsInvalid.ShouldBeTrue();
        (await GetAsync("a"))!.Spec!.Size.ShouldBe("1Gi");
    }

    private static Dictionary<string, string> Labels(params (string Key, string Value)[] labels) =>
        labels.ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);
}
