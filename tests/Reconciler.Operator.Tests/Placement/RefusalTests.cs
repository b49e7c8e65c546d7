using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator.Tests.Placement;

/// <summary>Hosts that can't start what they were given: their free memory shrank meanwhile. The test is their agent.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void A_domain_that_its_host_refuses_goes_to_another_when_nothing_of_it_is_left_there() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "8Gi");
        await rig.ApplyHostAsync("xen-2", "4Gi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web", "1Gi");
        await rig.UntilPlacedAsync("web");
        await rig.ApplyHostAsync("xen-1", "8Gi"); // a measurement since: its report still says that there is room

        await RefuseAsync(rig, "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Move is { From: "xen-1", To: "xen-2", Reason: DomainMove.Refused });
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");

        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");
        var refusal = (await rig.DomainAsync("web"))!.Status!.Placement!.Refusals.ShouldHaveSingleItem();
        refusal.Host.ShouldBe("xen-1");
        refusal.Times.ShouldBe(1);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(5)]
    public void Two_hosts_that_both_refuse_do_not_pass_a_domain_to_and_fro_whatever_their_clocks_show(int hours) => OperatorRig.Run(async rig =>
    {
        rig.HostClock = TimeSpan.FromHours(hours);
        await rig.ApplyHostAsync("xen-1", "8Gi");
        await rig.ApplyHostAsync("xen-2", "4Gi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web", "1Gi");
        await rig.UntilPlacedAsync("web");

        // Each says that it has room, and refuses all the same, at once, for two hours.
        var moves = 0;
        for (var minute = 0; minute < 120; minute++)
        {
            await rig.ApplyHostAsync("xen-1", "8Gi");
            await rig.ApplyHostAsync("xen-2", "4Gi");
            var status = (await rig.DomainAsync("web"))!.Status!;
            if (status.Move is { } move && move.From == status.Host)
            {
                moves++;
                await rig.VacateAsync("web", status.Host!);
            }
            else if (status.Refusal?.Host != status.Host)
            {
                await RefuseAsync(rig, status.Host!);
            }

            await rig.PassAsync(TimeSpan.FromMinutes(1));
        }

        moves.ShouldBeInRange(6, 16); // of each host not more than the pauses of 1, 2, 4, ... 32, 32 minutes let in
    });

    [Fact]
    public void A_domain_whose_host_has_lost_its_network_goes_to_another_and_may_come_back_without_a_new_measurement_of_memory() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "8Gi");
        await rig.ApplyHostAsync("xen-2", "4Gi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web", "1Gi");
        await rig.UntilPlacedAsync("web");
        await RefuseAsync(rig, "xen-1", DeviceReadyCondition.NetworkNotReady);
        await rig.UntilAsync("web", domain => domain.Status!.Move is { From: "xen-1", To: "xen-2", Reason: DomainMove.Refused });
        await rig.VacateAsync("web", "xen-1");
        await rig.UntilAsync("web", domain => domain.Status!.Host == "xen-2");
        var refusal = (await rig.DomainAsync("web"))!.Status!.Placement!.Refusals.ShouldHaveSingleItem();
        (refusal.Host, refusal.Reason).ShouldBe(("xen-1", DeviceReadyCondition.NetworkNotReady));

        // After the pause: a measurement of memory is not waited for.
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        await RefuseAsync(rig, "xen-2", DeviceReadyCondition.PoolNotReady);
        await rig.UntilAsync("web", domain => domain.Status!.Move is { From: "xen-2", To: "xen-1" });
    });

    [Fact]
    public void Where_no_other_host_fits_the_domain_stays_and_says_why_and_nothing_is_written_again() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "8Gi");
        await rig.ApplyHostAsync("xen-2", "500Mi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web", "1Gi");
        await rig.UntilPlacedAsync("web");
        await RefuseAsync(rig, "xen-1");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "True CannotMove");
        OperatorRig.Message((await rig.DomainAsync("web"))!, "Placed").ShouldContain("xen-2: needs");
        var version = (await rig.DomainAsync("web"))!.Metadata.ResourceVersion;
        await rig.PassAsync(TimeSpan.FromMinutes(30));
        (await rig.DomainAsync("web"))!.Metadata.ResourceVersion.ShouldBe(version);

        await rig.ApplyHostAsync("xen-2", "4Gi");
        await rig.UntilAsync("web", domain => domain.Status!.Move is { To: "xen-2" });
    });

    /// <summary>What the agent of a host writes when it can't start the domain.</summary>
    private static async Task RefuseAsync(OperatorRig rig, string host, string reason = ReadyCondition.NotEnoughMemory)
    {
        var domain = (await rig.DomainAsync("web"))!;
        var now = rig.Services.GetService(typeof(TimeProvider)) is TimeProvider time ? time.GetUtcNow() + rig.HostClock : default;
        await rig.Store.ApplyStatusAsync(
            new Domain
            {
                Metadata = new ObjectMeta { Namespace = "default", Name = "web" },
                Status = new DomainStatus
                {
                    Refusal = new HostRefusal { Host = host, Reason = reason, Message = "needs 1034Mi, free are 100Mi", At = now },
                    Conditions = [(domain.Status?.Conditions).Next(ReadyCondition.Type, "False", ReadyCondition.NotEnoughMemory, "", domain.Metadata.Generation, now)],
                },
            },
            new ApplyOptions(XenApi.AgentStatusFieldManager),
            CancellationToken.None);
    }
}
