using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator.Tests.Draining;

/// <summary>When a host has a guard, and what it is.</summary>
public sealed class HostGuardTests
{
    [Fact]
    public void A_host_has_a_guard_on_its_Node_as_long_as_a_Domain_is_there_that_runs_or_is_to() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        (await rig.GuardAsync("xen-2")).ShouldBeNull();

        await rig.HaltAsync("web");
        await rig.UntilGuardAsync("xen-1", guard => guard is null);
        await rig.ChangeDomainAsync("web", spec => spec with { PowerState = null });
        await rig.UntilGuardAsync("xen-1", guard => guard is not null);
    });

    [Fact]
    public void A_guard_is_bound_to_its_Node_has_no_rights_and_goes_with_the_installation() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        var guard = (await rig.GuardAsync("xen-1"))!;
        var owner = guard.Metadata.OwnerReferences!.ShouldHaveSingleItem();
        // A Pod without a controller is refused by kubectl drain, unless it is forced.
        (owner.Kind, owner.Name, owner.Controller, owner.BlockOwnerDeletion).ShouldBe(("ServiceAccount", HostGuard.Application, true, null));
        var spec = guard.Spec!;
        (spec.NodeName, spec.TerminationGracePeriodSeconds, spec.AutomountServiceAccountToken).ShouldBe(("xen-1", 0, false));
        spec.Tolerations!.ShouldHaveSingleItem().ShouldBe(new Toleration { Operator = "Exists" });
        var container = spec.Containers!.ShouldHaveSingleItem();
        (container.Image, container.Args!.ShouldHaveSingleItem()).ShouldBe((DrainRig.Image, "guard"));
        (spec.SecurityContext!.RunAsNonRoot, container.SecurityContext!.AllowPrivilegeEscalation, container.SecurityContext.Capabilities!.Drop!.ShouldHaveSingleItem())
            .ShouldBe((true, false, "ALL"));
    });

    [Theory]
    [InlineData("XenHost")]
    [InlineData("Node")]
    public void Without_a_XenHost_or_a_Node_there_is_nothing_to_wait_for(string gone) => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        if (gone == "XenHost") await rig.DeleteHostAsync("xen-1");
        else await rig.Store.DeleteAsync<Node>("xen-1", null, new DeleteOptions(), CancellationToken.None);
        await rig.UntilGuardAsync("xen-1", guard => guard is null);
    });

    [Fact]
    public void A_guard_that_is_left_from_before_goes_when_the_operator_is_back() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.StopOperatorAsync();
        await rig.DeleteHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.UntilGuardAsync("xen-1", guard => guard is null);
    });

    [Fact]
    public void A_guard_that_has_ended_is_made_anew_after_a_minute_and_not_in_a_hurry() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        var first = (await rig.GuardAsync("xen-1"))!.Metadata.Uid;
        await rig.ReportGuardAsync("xen-1", "Failed");
        await rig.PassAsync(TimeSpan.FromSeconds(50));
        (await rig.GuardAsync("xen-1"))!.Metadata.Uid.ShouldBe(first);
        await rig.UntilGuardAsync("xen-1", guard => guard is not null && guard.Metadata.Uid != first);
    });

    [Fact]
    public void A_new_image_goes_into_the_guard_that_there_is() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        var before = (await rig.GuardAsync("xen-1"))!;
        await rig.StopOperatorAsync();
        rig.GuardImage = "operator:2";
        await rig.StartOperatorAsync();
        await rig.UntilGuardAsync("xen-1", guard => guard?.Spec!.Containers![0].Image == "operator:2");
        (await rig.GuardAsync("xen-1"))!.Metadata.Uid.ShouldBe(before.Metadata.Uid);
    });

    [Fact]
    public void Without_its_account_there_is_no_guard_until_it_comes() => OperatorRig.Run(async rig =>
    {
        rig.GuardImage = DrainRig.Image;
        await rig.ApplyNodeAsync("xen-1");
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.RunDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        (await rig.GuardAsync("xen-1")).ShouldBeNull();
        await rig.InstallAsync();
        await rig.UntilGuardAsync("xen-1", guard => guard is not null);
        rig.Errors.Lines.ShouldBeEmpty();
    });

    [Fact]
    public void A_Pod_of_its_name_that_is_somebody_else_s_is_left_alone() => OperatorRig.Run(async rig =>
    {
        await rig.InstallAsync();
        await rig.Store.CreateAsync(new Pod { Metadata = new ObjectMeta { Namespace = OperatorRig.Namespace, Name = HostGuard.NameOf("xen-1") } }, CancellationToken.None);
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        await rig.ApplyNodeAsync("xen-1");
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.RunDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromMinutes(5));
        (await rig.GuardAsync("xen-1"))!.Spec.ShouldBeNull();
        (await rig.EvictAsync("xen-1")).ShouldBeNull();
        rig.Errors.Lines.ShouldBeEmpty();
    });
}
