using Microsoft.Extensions.DependencyInjection;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Model;
using Reconciler.Operator.Admission;
using Reconciler.Operator.Tests.Draining;
using Reconciler.Placement.Draining;
using Reconciler.Runtime.Web.Admission;
using Reconciler.Testing;

namespace Reconciler.Operator.Tests.Admission;

/// <summary>What the API server is told when a Pod is to be evicted.</summary>
public sealed class GuardEvictionValidatorTests
{
    [Fact]
    public void Semantics_40_The_eviction_of_a_guard_is_refused_for_now_and_that_of_another_Pod_is_not() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        var refused = await AskAsync(rig, HostGuard.NameOf("xen-1"));
        (refused.IsAllowed, refused.IsForNow).ShouldBe((false, true));
        refused.Message!.ShouldContain("still has 1 Domain to be moved: default/web");
        (await AskAsync(rig, "reconciler-operator-x")).IsAllowed.ShouldBeTrue();
    });

    [Fact]
    public void Semantics_40_What_can_not_be_noted_is_refused_and_said() => OperatorRig.Run(async rig =>
    {
        await rig.StartWithGuardAsync();
        await rig.ApplyNodeAsync("xen-1", cordoned: true);
        rig.Client.BeforeWrite = _ => throw InterceptedClient.Unavailable();
        var refused = await AskAsync(rig, HostGuard.NameOf("xen-1"));
        rig.Client.BeforeWrite = _ => { };
        (refused.IsAllowed, refused.IsForNow, refused.Message).ShouldBe((false, true, "the host is not asked to be emptied yet: the server is away"));
    });

    private static async Task<AdmissionResult> AskAsync(OperatorRig rig, string pod) =>
        await new GuardEvictionValidator(rig.Services.GetRequiredService<HostGuardEvictions>()).CreateAsync(
            new Eviction(),
            new AdmissionContext { Uid = "1", Operation = AdmissionOperations.Create, Namespace = OperatorRig.Namespace, Name = pod },
            CancellationToken.None);
}
