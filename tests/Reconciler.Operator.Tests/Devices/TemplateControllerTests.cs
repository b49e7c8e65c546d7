using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Runtime.Ownership;
using static Reconciler.Operator.Tests.Devices.DeviceRig;

namespace Reconciler.Operator.Tests.Devices;

public sealed class TemplateControllerTests
{
    [Fact]
    public void Semantics_28_Each_template_has_an_object_that_the_Domain_owns_and_what_was_made_by_hand_has_no_owner() => OperatorRig.Run(async rig =>
    {
        await rig.StartOperatorAsync();
        await rig.ApplyTemplatesAsync([Disk("xvda"), Disk("xvdb")], new VifTemplate { Index = 0, Network = "lan" });
        await rig.ApplyVbdAsync("by-hand", "xvdz", "web", Volume("by-hand"));
        await UntilTemplatesAsync(rig, "True Applied");
        var domain = (await rig.DomainAsync("web"))!;
        foreach (var device in new[] { "xvda", "xvdb" })
        {
            var vbd = (await rig.GetAsync<Vbd>($"web-{device}"))!;
            OwnerReferences.IsControlledBy(vbd, domain).ShouldBeTrue();
            vbd.Metadata.Labels![XenApi.DomainLabel].ShouldBe("web");
            (vbd.Spec!.Domain, vbd.Spec.Device, vbd.Spec.Source).ShouldBe(("web", device, Volume(device) with { Volume = Volume(device).Volume! with { Format = DiskFormat.Raw, Reclaim = ReclaimPolicy.Retain } }));
        }

        var vif = (await rig.GetAsync<Vif>("web-vif0"))!;
        OwnerReferences.IsControlledBy(vif, domain).ShouldBeTrue();
        vif.Spec!.Network.ShouldBe("lan");
        (await rig.GetAsync<Vbd>("by-hand"))!.Metadata.OwnerReferences.ShouldBeNull();
    });

    [Fact]
    public void A_changed_template_changes_its_object_and_one_that_is_taken_out_removes_it() => OperatorRig.Run(async rig =>
    {
        await rig.StartOperatorAsync();
        await rig.ApplyTemplatesAsync([Disk("xvda"), Disk("xvdb")]);
        await UntilTemplatesAsync(rig, "True Applied");
        await rig.ApplyTemplatesAsync([Disk("xvda") with { Mode = VbdMode.ReadOnly, Source = new VbdSource { File = new FileSource { Path = "/a" } } }]);
        await rig.UntilAsync<Vbd>("web-xvda", vbd => vbd.Spec is { Mode: VbdMode.ReadOnly, Source: { Volume: null, File.Path: "/a" } });
        await rig.UntilGoneAsync<Vbd>("web-xvdb");
        await UntilTemplatesAsync(rig, "True Applied");

        await rig.ApplyTemplatesAsync([]);
        await rig.UntilGoneAsync<Vbd>("web-xvda");
    });

    [Fact]
    public void A_template_that_is_taken_out_waits_for_the_agent_and_says_so() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyTemplatesAsync([Disk("xvda")]);
        await rig.UntilGivenAsync("web-xvda");
        await rig.ApplyTemplatesAsync([]);
        await UntilTemplatesAsync(rig, "False Removing");
        await rig.ReleaseAsync<Vbd>("web-xvda");
        await UntilTemplatesAsync(rig, "True Applied");
    });

    [Fact]
    public void Semantics_28_An_object_of_somebody_else_is_said_and_left_alone() => OperatorRig.Run(async rig =>
    {
        await rig.StartOperatorAsync();
        var before = await rig.ApplyVbdAsync("web-xvda", "xvdz", "other", Volume("precious"));
        await rig.ApplyTemplatesAsync([Disk("xvda")]);
        await UntilTemplatesAsync(rig, "False NameTaken");
        var after = (await rig.GetAsync<Vbd>("web-xvda"))!;
        after.Spec.ShouldBe(before.Spec);
        after.Metadata.OwnerReferences.ShouldBeNull();

        await rig.DeleteAsync<Vbd>("web-xvda");
        await UntilTemplatesAsync(rig, "True Applied");
        (await rig.GetAsync<Vbd>("web-xvda"))!.Spec!.Domain.ShouldBe("web");
    });

    [Fact]
    public void Settled_templates_are_not_applied_again() => OperatorRig.Run(async rig =>
    {
        await rig.StartOperatorAsync();
        await rig.ApplyTemplatesAsync([Disk("xvda")], new VifTemplate { Index = 0, Network = "lan", LockedAddresses = new LockedAddresses { Ips = ["192.0.2.1"] } });
        await UntilTemplatesAsync(rig, "True Applied");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        var writes = rig.Client.Writes.Count;
        await rig.PassAsync(TimeSpan.FromHours(1));
        rig.Client.Writes.Skip(writes).ShouldBeEmpty();
    });

    [Fact]
    public void With_the_Domain_go_the_objects_of_its_templates() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyPoolAsync();
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyTemplatesAsync([Disk("xvda")]);
        await rig.UntilGivenAsync("web-xvda");
        await rig.DeleteDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await rig.GetAsync<Vbd>("web-xvda"))!.Metadata.DeletionTimestamp.ShouldBeNull();
        await rig.ReleaseAsync<Domain>("web");
        await rig.UntilGoneAsync<Vbd>("web-xvda");
    });

    [Fact]
    public void A_wrong_spec_makes_nothing() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyTemplatesAsync([Disk("xvda"), Disk("xvdb") with { Source = null }]);
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Accepted") == "False InvalidSpec");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await rig.GetAsync<Vbd>("web-xvda")).ShouldBeNull();
    });

    private static VbdTemplate Disk(string device) => new() { Device = device, Source = Volume(device) };

    private static Task UntilTemplatesAsync(OperatorRig rig, string condition) =>
        rig.UntilAsync("web", domain => Say(domain.Status?.Conditions, "TemplatesApplied") == condition);
}
