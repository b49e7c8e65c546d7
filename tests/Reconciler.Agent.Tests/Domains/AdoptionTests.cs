using Reconciler.Agent.Tests.Devices;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;
using DomainType = Reconciler.Api.Domains.DomainType;

namespace Reconciler.Agent.Tests.Domains;

/// <summary>A domain that xl has made becomes a Domain's while it runs.</summary>
public sealed class AdoptionTests
{
    private const string Name = "old-web";
    private static readonly Guid Uuid = Guid.Parse("6a0b0c0d-1111-2222-3333-444455556666");

    [Fact]
    public void A_running_domain_is_adopted_with_its_devices_and_then_obeys_and_goes() => Run(async rig =>
    {
        var domid = Make(rig);
        await rig.UntilAsync(async () => (await HostAsync(rig))?.Status?.Adoptable is [{ Name: Name }], () => Task.FromResult("it is not told of"));
        var told = (await HostAsync(rig))!.Status!.Adoptable![0];
        (told.Uuid, told.Domid, told.Memory, told.Kernel, told.RestartPolicy).ShouldBe((Uuid.ToString(), domid, "64Mi", "/boot/vmlinuz", RestartPolicy.Never));
        told.Disks!.Single().ShouldBe(new HostAdoptableDisk { Device = "xvda", Path = "/srv/old.img", Format = Api.Disks.DiskFormat.Raw });
        told.Nics!.Single().ShouldBe(new HostAdoptableNic { Index = 0, MacAddress = "00:16:3e:00:00:07", Bridge = "xenbr0" });
        var started = (await SeenAsync(rig)).CpuTime;

        var domain = await AdoptAsync(rig);

        var adopted = await rig.UntilDomainAsync("web", d => d.Status?.Adoption is not null && Ready(d) == ReadyCondition.Running);
        (adopted.Status!.Domid, adopted.Status.Adoption!.Uuid, adopted.Status.Adoption.Name).ShouldBe((domid, Uuid.ToString(), Name));
        adopted.Status.StartedAt.ShouldNotBeNull().ShouldBeLessThan(adopted.Status.Adoption.At);
        await rig.UntilDomainAsync("web", d => d.Status!.Conditions.Find(DevicesAttachedCondition.Type)?.Reason == DevicesAttachedCondition.AllAttached);
        // Its memory is what it was made with; the spec wants more.
        adopted.Status.Conditions.Find(RestartRequiredCondition.Type)!.Message.ShouldNotBeNull().ShouldContain("memory.size (64Mi -> 128Mi)");
        (await SeenAsync(rig)).CpuTime.ShouldBeGreaterThanOrEqualTo(started);
        await rig.UntilAsync(async () => (await HostAsync(rig))!.Status is { Domains.Foreign: 0, Adoptable: null }, () => Task.FromResult("it is still told of"));

        await PowerAsync(rig, PowerState.Paused);
        await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.Paused && d.Status!.Domid == domid);
        // A new agent knows it again, also when the manifest does not say any more that it was adopted.
        await rig.StopAsync();
        await AdoptAsync(rig, spec => spec with { Adopt = null, PowerState = PowerState.Running });
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.Running && d.Status!.Domid == domid);

        await rig.DeleteAsync<Domain>("web");
        await rig.UntilAsync(async () => (await rig.Host.ObserveAllAsync(CancellationToken.None)).Count == 0, () => Task.FromResult("it is still there"));
        domain.Metadata.Uid.ShouldNotBeNull();
    });

    [Fact]
    public void The_next_life_of_an_adopted_domain_is_its_Domain_s_own() => Run(async rig =>
    {
        var domid = Make(rig);
        var domain = await AdoptAsync(rig);
        await rig.UntilDomainAsync("web", d => d.Status?.Adoption is not null && Ready(d) == ReadyCondition.Running);

        rig.Host.ByHand.End(domid, ShutdownReason.Reboot);

        var next = await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.Running && d.Status!.Domid != domid);
        next.Status!.Adoption!.Domid.ShouldBe(domid);
        (await rig.SeenAsync())!.XenUuid.ToString().ShouldBe(domain.Metadata.Uid);
        next.Status.Conditions.Find(RestartRequiredCondition.Type)!.Status.ShouldBe("False");
    });

    [Fact]
    public void Nothing_is_started_in_place_of_a_domain_that_is_not_there() => Run(async rig =>
    {
        await AdoptAsync(rig);
        await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.NothingToAdopt);
        (await rig.Host.ObserveAllAsync(CancellationToken.None)).ShouldBeEmpty();
        Make(rig);
        await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.Running);
    });

    [Fact]
    public void A_host_whose_policy_does_not_allow_it_tells_of_nothing_and_adopts_nothing() => Run(
        async rig =>
        {
            var domid = Make(rig);
            await AdoptAsync(rig);
            var refused = await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.NotAllowed);
            refused.Status!.Conditions.Find(ReadyCondition.Type)!.Message.ShouldNotBeNull().ShouldContain(Name);
            (await HostAsync(rig))!.Status!.Adoptable.ShouldBeNull();
            (await SeenAsync(rig)).ShouldSatisfyAllConditions(d => d.Domid.ShouldBe(domid), d => d.Ownership.ShouldBe(DomainOwnership.Foreign));
        },
        adoptable: ["other"]);

    [Fact]
    public void A_disk_that_the_spec_does_not_have_is_left_and_said_to_go_with_this_life() => Run(async rig =>
    {
        var domid = Make(rig);
        rig.Host.ByHand.AttachDisk(domid, "xvdb", 51728, "/srv/more.img");
        await AdoptAsync(rig);
        var adopted = await rig.UntilDomainAsync("web", d => Ready(d) == ReadyCondition.Running);
        adopted.Status!.Conditions.Find(RestartRequiredCondition.Type)!.Message.ShouldNotBeNull().ShouldContain("vbd-51728");
        (await SeenAsync(rig)).Devices.Count.ShouldBe(3);
    });

    private static int Make(AgentRig rig)
    {
        var domid = rig.Host.ByHand.Create(Name, Uuid, boot: new DirectBoot("/boot/vmlinuz"));
        rig.Host.ByHand.AttachDisk(domid, "xvda", 51712, "/srv/old.img");
        rig.Host.ByHand.AttachNic(domid, 0, "00:16:3e:00:00:07", "xenbr0");
        return domid;
    }

    /// <summary>As kubectl xen adopt writes it, with the VBD and VIF that the operator makes of its templates.</summary>
    private static async Task<Domain> AdoptAsync(AgentRig rig, Func<DomainSpec, DomainSpec>? change = null)
    {
        var domain = await rig.DomainAsync(change: spec => (change ?? (s => s))(spec with
        {
            Type = DomainType.PVH,
            Adopt = new AdoptSpec { Name = Name, Uuid = Uuid.ToString() },
            Placement = new PlacementSpec { HostName = AgentRig.Node },
            WaitFor = new WaitForSpec { Vbds = ["disk"], Vifs = ["nic"] },
        }));
        if (await rig.GetAsync<Vbd>("disk") is not null) return domain;
        await rig.VbdAsync(domain, "disk", new VbdSpec { Domain = "web", Device = "xvda", Source = new VbdSource { File = new FileSource { Path = "/srv/old.img" } } });
        await rig.VifAsync(domain, "nic", new VifSpec { Domain = "web", Index = 0, Network = "lan", MacAddress = "00:16:3e:00:00:07" });
        return domain;
    }

    private static Task<Domain> PowerAsync(AgentRig rig, PowerState power) => AdoptAsync(rig, spec => spec with { PowerState = power });

    private static Task<XenHost?> HostAsync(AgentRig rig) => rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None);

    private static async Task<ObservedDomain> SeenAsync(AgentRig rig) => (await rig.Host.ObserveAllAsync(CancellationToken.None)).Single(d => d.XenName == Name);

    private static string? Ready(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;

    private static void Run(Func<AgentRig, Task> test, string[]? adoptable = null) =>
        AgentRig.RunStarted(test, SimulatedHostOptions.Lifelike with { AdoptableDomains = adoptable ?? [Name] });
}
