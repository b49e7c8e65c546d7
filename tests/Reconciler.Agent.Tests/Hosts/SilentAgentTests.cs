using Reconciler.Agent.Tests.Devices;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Tests.Hosts;

public sealed class SilentAgentTests
{
    private static readonly ApplyOptions Operator = new(XenApi.OperatorStatusFieldManager);

    [Fact]
    public void The_lease_of_the_host_is_renewed_whatever_the_host_does() => AgentRig.Run(async rig =>
    {
        await rig.StartAsync();
        await rig.UntilAsync(async () => await LeaseAsync(rig) is not null, () => Task.FromResult("no lease"));
        var first = (await LeaseAsync(rig))!;
        first.LeaseDurationSeconds.ShouldBe(40);
        await Task.Delay(TimeSpan.FromSeconds(11), rig.Time);
        var second = (await LeaseAsync(rig))!;
        (second.RenewTime - first.RenewTime).ShouldBe(HostLease.RenewPeriod);
    });

    /// <summary>All domains wait for it.</summary>
    [Fact]
    public void The_first_word_follows_the_first_renewal_at_once() => AgentRig.Run(async rig =>
    {
        var at = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        rig.Client.BeforeWrite = number => at.TryAdd(string.Join(' ', rig.Client.Writes[number].Split(' ').Take(2)), rig.Time.GetUtcNow());
        await rig.StartAsync();
        await rig.UntilAsync(async () => (await HostReadyAsync(rig))?.Status == ConditionStatus.True, () => Task.FromResult("host not ready"));
        (at["apply-status xenhosts"] - at["apply leases"]).ShouldBeLessThan(TimeSpan.FromMilliseconds(100));
    });

    [Fact]
    public void What_the_operator_wrote_while_the_agent_was_silent_is_put_right_by_it() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        var before = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        await rig.UntilAsync(async () => (await HostReadyAsync(rig))?.Status == ConditionStatus.True, () => Task.FromResult("host not ready"));

        await OverruleHostAsync(rig);
        await OverruleDomainAsync(rig);
        var after = await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        after.Status!.Domid.ShouldBe(before.Status!.Domid);
        await rig.UntilAsync(async () => (await HostReadyAsync(rig))?.Status == ConditionStatus.True, () => Task.FromResult("host not ready"));

        // Once is enough.
        var version = after.Metadata.ResourceVersion;
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        (await rig.GetAsync<Domain>("web"))!.Metadata.ResourceVersion.ShouldBe(version);
    });

    [Fact]
    public void What_the_operator_wrote_of_a_disk_while_the_agent_was_silent_is_put_right_by_it() => AgentRig.Run(async rig =>
    {
        await rig.OfferAsync();
        await rig.VbdAsync(await rig.DomainAsync(), "disk", AgentRig.Made("xvda", "root"));
        await rig.StartAsync();
        var attached = await rig.UntilAsync("disk", disk => AgentRig.ReasonOf(disk) == DeviceReadyCondition.Attached);
        await rig.Store.ApplyStatusAsync(
            new Vbd
            {
                Metadata = new ObjectMeta { Namespace = AgentRig.Namespace, Name = "disk" },
                Status = new VbdStatus
                {
                    Host = AgentRig.Node, DomainUid = attached.Status!.DomainUid,
                    Conditions = [attached.Status.Conditions.Find(DeviceAcceptedCondition.Type)!, Silent(DeviceReadyCondition.Type, DeviceReadyCondition.AgentSilent)],
                },
            },
            Operator, CancellationToken.None);
        await rig.UntilAsync("disk", disk => AgentRig.ReasonOf(disk) == DeviceReadyCondition.Attached);
    });

    [Fact]
    public void What_is_put_right_is_tried_again_when_the_server_does_not_take_it() => AgentRig.Run(async rig =>
    {
        await rig.StartAsync();
        await rig.UntilAsync(async () => (await HostReadyAsync(rig))?.Status == ConditionStatus.True, () => Task.FromResult("host not ready"));
        var refusals = 2;
        rig.Client.BeforeWrite = number =>
        {
            if (rig.Client.Writes[number].StartsWith("apply-status xenhosts", StringComparison.Ordinal) && refusals-- > 0) throw InterceptedClient.Unavailable();
        };
        await OverruleHostAsync(rig);
        await rig.UntilAsync(async () => (await HostReadyAsync(rig))?.Status == ConditionStatus.True, () => Task.FromResult("host not ready"));
        refusals.ShouldBeLessThanOrEqualTo(0);
    });

    [Fact]
    public void An_agent_that_can_not_renew_its_lease_leaves_the_word_to_the_operator_and_takes_it_back_with_the_lease() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        var isRefused = true;
        rig.Client.BeforeWrite = number =>
        {
            if (isRefused && rig.Client.Writes[number].StartsWith("apply leases", StringComparison.Ordinal)) throw InterceptedClient.Unavailable();
        };
        await Task.Delay(HostLease.Duration, rig.Time);
        var before = rig.Client.Writes.Count;
        await OverruleHostAsync(rig);
        await OverruleDomainAsync(rig);
        await rig.Host.PauseAsync(new DomainRef((await rig.SeenAsync())!.Uuid, (await rig.SeenAsync())!.Domid), CancellationToken.None);
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        rig.Client.Writes.Skip(before).ShouldAllBe(write => write.StartsWith("apply leases", StringComparison.Ordinal));
        (await HostReadyAsync(rig))!.Reason.ShouldBe(HostReadyCondition.AgentSilent);
        ReasonOf((await rig.GetAsync<Domain>("web"))!).ShouldBe(ReadyCondition.AgentSilent);

        isRefused = false;
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        (await HostReadyAsync(rig))!.Status.ShouldBe(ConditionStatus.True);
    });

    [Fact]
    public void An_agent_whose_status_of_the_host_is_refused_leaves_the_word_on_its_domains_too_and_tries_ever_more_seldom() => AgentRig.Run(async rig =>
    {
        await rig.DomainAsync();
        await rig.StartAsync();
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        var isRefused = true;
        rig.Client.BeforeWrite = number =>
        {
            if (isRefused && rig.Client.Writes[number].StartsWith("apply-status xenhosts", StringComparison.Ordinal)) throw InterceptedClient.Unavailable();
        };
        await OverruleHostAsync(rig);
        await OverruleDomainAsync(rig);
        var before = rig.Client.Writes.Count;
        await Task.Delay(TimeSpan.FromHours(1), rig.Time);
        var written = rig.Client.Writes.Skip(before).Where(write => !write.StartsWith("apply leases", StringComparison.Ordinal)).ToList();
        written.ShouldAllBe(write => write.StartsWith("apply-status xenhosts", StringComparison.Ordinal));
        written.Count.ShouldBeInRange(60, 360, "once a minute at least, and not more often than each 10 s");

        isRefused = false;
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
    });

    [Fact]
    public void A_XenHost_that_was_deleted_by_hand_is_made_again_at_once() => AgentRig.Run(async rig =>
    {
        await rig.StartAsync();
        await rig.UntilAsync(async () => await HostReadyAsync(rig) is not null, () => Task.FromResult("no XenHost"));
        await rig.Store.DeleteAsync<XenHost>(AgentRig.Node, null, new DeleteOptions(), CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(10), rig.Time);
        (await HostReadyAsync(rig))?.Status.ShouldBe(ConditionStatus.True);
    });

    [Fact]
    public void A_second_machine_that_claims_the_name_says_and_does_nothing_until_the_XenHost_is_deleted() => AgentRig.Run(async rig =>
    {
        await rig.Store.ApplyAsync(new XenHost { Metadata = new ObjectMeta { Name = AgentRig.Node }, Spec = new XenHostSpec() }, new ApplyOptions("admin"), CancellationToken.None);
        await rig.Store.ApplyStatusAsync(
            new XenHost { Metadata = new ObjectMeta { Name = AgentRig.Node }, Status = new XenHostStatus { SystemUuid = "22222222-0000-4000-8000-000000000000", BootId = "its" } },
            new ApplyOptions(XenApi.AgentStatusFieldManager), CancellationToken.None);
        await rig.DomainAsync();
        await rig.StartAsync();
        await Task.Delay(TimeSpan.FromMinutes(10), rig.Time);
        (await rig.SeenAsync()).ShouldBeNull();
        (await LeaseAsync(rig)).ShouldBeNull();
        (await rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None))!.Status!.BootId.ShouldBe("its");

        await rig.Store.DeleteAsync<XenHost>(AgentRig.Node, null, new DeleteOptions(), CancellationToken.None);
        await rig.UntilDomainAsync("web", domain => ReasonOf(domain) == ReadyCondition.Running);
        (await LeaseAsync(rig)).ShouldNotBeNull();
    });

    [Theory]
    [InlineData("4C4C4544-0051-3610-8052-B4C04F564D31\n", "4c4c4544-0051-3610-8052-b4c04f564d31")]
    [InlineData("00000000-0000-0000-0000-000000000000\n", null)]
    [InlineData("FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n", null)]
    [InlineData("Not Settable\n", null)]
    public async Task The_identity_of_a_machine_is_that_of_its_firmware_where_it_has_one(string file, string? identity)
    {
        var path = Path.Combine(Path.GetTempPath(), $"reconciler-identity-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(path, file, TestContext.Current.CancellationToken);
        try
        {
            Reconciler.Agent.Hosts.HostIdentity.Read(path).ShouldBe(identity);
        }
        finally
        {
            File.Delete(path);
        }

        Reconciler.Agent.Hosts.HostIdentity.Read(path).ShouldBeNull();
    }

    private static Task<XenHost> OverruleHostAsync(AgentRig rig) => rig.Store.ApplyStatusAsync(
        new XenHost { Metadata = new ObjectMeta { Name = AgentRig.Node }, Status = new XenHostStatus { Conditions = [Silent(HostReadyCondition.Type, HostReadyCondition.AgentSilent)] } },
        Operator, CancellationToken.None);

    private static Task<Domain> OverruleDomainAsync(AgentRig rig) => rig.Store.ApplyStatusAsync(
        new Domain
        {
            Metadata = new ObjectMeta { Namespace = AgentRig.Namespace, Name = "web" },
            Status = new DomainStatus { Host = AgentRig.Node, Conditions = [Silent(ReadyCondition.Type, ReadyCondition.AgentSilent)] },
        },
        Operator, CancellationToken.None);

    private static async Task<LeaseSpec?> LeaseAsync(AgentRig rig) =>
        (await rig.Store.GetAsync<Lease>(HostLease.NameOf(AgentRig.Node), "reconciler", CancellationToken.None))?.Spec;

    private static async Task<Condition?> HostReadyAsync(AgentRig rig) =>
        (await rig.Store.GetAsync<XenHost>(AgentRig.Node, null, CancellationToken.None))?.Status?.Conditions.Find(HostReadyCondition.Type);

    private static string? ReasonOf(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;

    private static Condition Silent(string type, string reason) => new()
    {
        Type = type, Status = ConditionStatus.Unknown, Reason = reason, Message = "", LastTransitionTime = DateTimeOffset.UnixEpoch,
    };
}
