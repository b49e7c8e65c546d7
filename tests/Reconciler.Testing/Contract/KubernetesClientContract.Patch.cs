using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Shouldly;
using Xunit;

namespace Reconciler.Testing.Contract;

public abstract partial class KubernetesClientContract
{
    private const string Finalizer = "contract.reconciler.dev/hold";

    [Fact]
    public async Task A_patch_of_the_spec_raises_the_generation_and_one_of_a_label_does_not()
    {
        await CreateAsync("a");

        var labelled = await PatchAsync("a", new JsonPatch().Add("/metadata/labels", new JsonObject { ["x"] = "y" }));
        labelled.Metadata.Generation.ShouldBe(1);
        var changed = await PatchAsync("a", new JsonPatch().Replace("/spec/size", "2Gi"));
        changed.Metadata.Generation.ShouldBe(2);
        changed.Metadata.ResourceVersion.ShouldNotBe(labelled.Metadata.ResourceVersion);
        changed.Metadata.Labels.ShouldNotBeNull()["x"].ShouldBe("y");
    }

    [Fact]
    public async Task A_failed_test_refuses_the_patch_as_invalid()
    {
        await CreateAsync("a");

        var refused = await RefusedAsync(() => PatchAsync("a", new JsonPatch().Test("/spec/size", "7Gi").Replace("/spec/size", "2Gi")));

        refused.IsInvalid.ShouldBeTrue();
        refused.IsOutdated.ShouldBeTrue(refused.Message);
        (await GetAsync("a"))!.Spec!.Size.ShouldBe("1Gi");
    }

    [Fact]
    public async Task A_test_for_null_holds_when_the_field_is_absent()
    {
        await CreateAsync("a");

        var patched = await PatchAsync(
            "a", new JsonPatch().Test("/metadata/finalizers", value: null).Add("/metadata/finalizers", new JsonArray(Finalizer)));
        patched.Metadata.Finalizers.ShouldBe([Finalizer]);

        (await RefusedAsync(() => PatchAsync("a", new JsonPatch().Test("/metadata/finalizers", value: null).Add("/metadata/finalizers", new JsonArray("other/one"))))).IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public async Task A_path_that_leads_nowhere_is_refused()
    {
        await CreateAsync("a");

        (await RefusedAsync(() => PatchAsync("a", new JsonPatch().Remove("/spec/nothing")))).IsInvalid.ShouldBeTrue();
        (await RefusedAsync(() => PatchAsync("a", new JsonPatch().Add("/spec/nothing/below", 1)))).IsInvalid.ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_26_A_patch_with_an_older_version_is_a_conflict()
    {
        var created = await CreateAsync("a");
        await PatchAsync("a", new JsonPatch().Replace("/spec/size", "2Gi"));

        var refused = await RefusedAsync(() => PatchAsync(
            "a", new JsonPatch().Replace("/metadata/resourceVersion", created.Metadata.ResourceVersion).Replace("/spec/size", "3Gi")));

        refused.IsConflict.ShouldBeTrue();
    }

    [Fact]
    public async Task A_patch_does_not_reach_the_status_nor_what_the_system_keeps()
    {
        var created = await CreateAsync("a");
        await ApplyStatusAsync("a", new WidgetStatus { Phase = "Up" });

        var patched = await PatchAsync(
            "a", new JsonPatch().Replace("/status/phase", "Down").Replace("/metadata/generation", 40).Replace("/spec/size", "2Gi"));

        patched.Status!.Phase.ShouldBe("Up");
        patched.Metadata.Generation.ShouldBe(2);
        patched.Metadata.CreationTimestamp.ShouldBe(created.Metadata.CreationTimestamp);
    }

    [Fact]
    public async Task A_patch_that_changes_nothing_is_no_new_version()
    {
        var created = await CreateAsync("a");

        (await PatchAsync("a", new JsonPatch().Replace("/spec/size", "1Gi"))).Metadata.ResourceVersion.ShouldBe(created.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task A_patch_that_breaks_the_schema_is_refused()
    {
        await CreateAsync("a");

        foreach (var patch in new[] { new JsonPatch().Replace("/spec/count", "many"), new JsonPatch().Remove("/spec/size") })
        {
            var refused = await RefusedAsync(() => PatchAsync("a", patch));
            refused.IsInvalid.ShouldBeTrue();
            refused.IsOutdated.ShouldBeFalse(refused.Message);
        }
    }

    [Fact]
    public async Task A_patch_of_what_is_not_there_is_not_found() =>
        (await RefusedAsync(() => PatchAsync("nothing", new JsonPatch().Replace("/spec/size", "1Gi")))).IsNotFound.ShouldBeTrue();

    [Fact]
    public async Task Semantics_27_Deletion_waits_for_the_last_finalizer()
    {
        var created = await CreateAsync("a", metadata: new ObjectMeta { Finalizers = [Finalizer, "contract.reconciler.dev/second"] });

        await DeleteAsync("a");
        var deleting = (await GetAsync("a"))!;
        deleting.Metadata.DeletionTimestamp.ShouldNotBeNull();
        deleting.Metadata.DeletionGracePeriodSeconds.ShouldBe(0);
        deleting.Metadata.Generation.ShouldBe(2);
        deleting.Metadata.Uid.ShouldBe(created.Metadata.Uid);

        await DeleteAsync("a");
        (await GetAsync("a"))!.Metadata.ResourceVersion.ShouldBe(deleting.Metadata.ResourceVersion);

        await PatchAsync("a", new JsonPatch().Test("/metadata/finalizers/0", Finalizer).Remove("/metadata/finalizers/0"));
        (await GetAsync("a"))!.Metadata.Finalizers.ShouldBe(["contract.reconciler.dev/second"]);
        await PatchAsync(
            "a", new JsonPatch().Test("/metadata/finalizers/0", "contract.reconciler.dev/second").Remove("/metadata/finalizers/0"));
        (await GetAsync("a")).ShouldBeNull();

        (await CreateAsync("a")).Metadata.Uid.ShouldNotBe(created.Metadata.Uid);
    }

    [Fact]
    public async Task An_object_that_is_being_deleted_takes_no_new_finalizer_and_still_takes_status()
    {
        await CreateAsync("a", metadata: new ObjectMeta { Finalizers = [Finalizer] });
        await DeleteAsync("a");

        (await RefusedAsync(() => PatchAsync("a", new JsonPatch().Add("/metadata/finalizers/-", "contract.reconciler.dev/late")))).IsInvalid.ShouldBeTrue();
        (await ApplyStatusAsync("a", new WidgetStatus { Phase = "Stopping" })).Status!.Phase.ShouldBe("Stopping");
    }

    [Fact]
    public async Task Semantics_29_Deleting_with_preconditions_spares_another_object()
    {
        var created = await CreateAsync("a");

        (await RefusedAsync(() => DeleteAsync("a", new DeleteOptions { Uid = Guid.NewGuid().ToString() }))).IsConflict.ShouldBeTrue();
        (await RefusedAsync(() => DeleteAsync("a", new DeleteOptions { Uid = created.Metadata.Uid, ResourceVersion = "1" }))).IsConflict.ShouldBeTrue();
        (await GetAsync("a")).ShouldNotBeNull();

        await DeleteAsync("a", new DeleteOptions { Uid = created.Metadata.Uid, ResourceVersion = created.Metadata.ResourceVersion });
        (await GetAsync("a")).ShouldBeNull();
    }

    [Fact]
    public async Task Deleting_what_is_gone_is_done() => await DeleteAsync("nothing");
}
