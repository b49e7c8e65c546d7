using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Cli.Adopting;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Cli.Tests.Adopting;

public sealed class AdoptRunTests
{
    private const string Uuid = "6a0b0c0d-1111-2222-3333-444455556666";

    private static readonly HostAdoptable OldWeb = new()
    {
        Name = "Old_Web",
        Uuid = Uuid,
        Domid = 4,
        Type = DomainType.PV,
        PowerState = PowerState.Running,
        Vcpus = 2,
        Memory = "64Mi",
        Kernel = "/boot/vmlinuz",
        Cmdline = "root=/dev/xvda",
        RestartPolicy = RestartPolicy.OnFailure,
        Disks = [new HostAdoptableDisk { Device = "xvda", Path = "/dev/vg0/web", Format = DiskFormat.Raw }, new HostAdoptableDisk { Device = "xvdb", Path = "/srv/data.qcow2", Format = DiskFormat.Qcow2, ReadOnly = true }],
        Nics = [new HostAdoptableNic { Index = 0, MacAddress = "00:16:3e:00:00:07", Bridge = "xenbr0", RateBytesPerSecond = 1_000_000 }],
    };

    [Fact]
    public void The_manifest_says_what_the_domain_is_and_which_one() => Run(async (rig, output) =>
    {
        await rig.TellAsync(OldWeb);
        (await rig.AdoptAsync("Old_Web", print: true)).ShouldBe(0);
        output.ToString().ShouldBe(
            """
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: XenNetwork
            metadata:
              name: xenbr0
            spec:
              bridge: xenbr0
            ---
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: Domain
            metadata:
              name: old-web
              namespace: shop
            spec:
              powerState: Running
              restartPolicy: OnFailure
              type: PV
              cpu:
                vcpus: 2
              memory:
                size: 64Mi
              boot:
                kernel: /boot/vmlinuz
                cmdline: root=/dev/xvda
              vbdTemplates:
              - device: xvda
                source:
                  blockDevice:
                    path: /dev/vg0/web
              - device: xvdb
                mode: ReadOnly
                source:
                  file:
                    path: /srv/data.qcow2
                    format: Qcow2
              vifTemplates:
              - index: 0
                network: xenbr0
                macAddress: 00:16:3e:00:00:07
                rate: 1000000B/s
              adopt:
                name: Old_Web
                uuid: 6a0b0c0d-1111-2222-3333-444455556666
              placement:
                hostName: xen-1

            """,
            StringCompareShould.IgnoreLineEndings);
        (await rig.Store.GetAsync<Domain>("old-web", "shop", CancellationToken.None)).ShouldBeNull("nothing is written");
    });

    [Fact]
    public void A_Domain_is_created_and_waited_for() => Run(async (rig, output) =>
    {
        await rig.TellAsync(OldWeb);
        await rig.NetworkAsync("lan", "xenbr0");
        var running = rig.AdoptAsync(Uuid);
        await Task.Delay(TimeSpan.FromSeconds(5), rig.Time);
        running.IsCompleted.ShouldBeFalse();
        var domain = (await rig.Store.GetAsync<Domain>("old-web", "shop", CancellationToken.None)).ShouldNotBeNull();
        domain.Spec!.VifTemplates!.Single().Network.ShouldBe("lan", "the network that is there for the bridge");

        await rig.SayAsync(new DomainStatus { Adoption = new AdoptionStatus { Uuid = Uuid, Name = "Old_Web", Domid = 4, At = DateTimeOffset.UnixEpoch } });

        (await running).ShouldBe(0);
        output.ToString().ShouldContain("adopted Old_Web (domid 4)");
    });

    [Fact]
    public void A_domain_that_was_told_of_while_it_was_made_is_not_paused() => Run(async (rig, output) =>
    {
        await rig.TellAsync(OldWeb with { PowerState = PowerState.Paused });
        var running = rig.AdoptAsync("Old_Web", print: true);
        await Task.Delay(TimeSpan.FromSeconds(5), rig.Time);
        await rig.TellAsync(OldWeb);
        (await running).ShouldBe(0);
        output.ToString().ShouldContain("powerState: Running");
    });

    [Fact]
    public void A_domain_that_is_paused_stays_paused() => Run(async (rig, output) =>
    {
        await rig.TellAsync(OldWeb with { PowerState = PowerState.Paused });
        (await rig.AdoptAsync("Old_Web", print: true)).ShouldBe(0);
        output.ToString().ShouldContain("powerState: Paused");
    });

    [Fact]
    public void What_stands_against_it_is_told_after_a_minute() => Run(async (rig, _) =>
    {
        await rig.TellAsync(OldWeb with { Nics = null });
        var running = rig.AdoptAsync("Old_Web");
        await Task.Delay(TimeSpan.FromSeconds(5), rig.Time);
        await rig.SayAsync(new DomainStatus
        {
            Conditions = [new Condition { Type = ReadyCondition.Type, Status = "False", Reason = ReadyCondition.NothingToAdopt, Message = "it is gone", LastTransitionTime = DateTimeOffset.UnixEpoch }],
        });
        (await running).ShouldBe(1);
        rig.Error.ToString().ShouldContain("NothingToAdopt: it is gone");
    });

    [Theory]
    [InlineData("other", "tells of no domain other that can be adopted. It tells of Old_Web.")]
    [InlineData("hvm", "hvm is an HVM guest")]
    [InlineData("pygrub", "pygrub did not boot a kernel of the host (bootloader: pygrub starts it.)")]
    [InlineData("Old_Web", "No XenNetwork has the bridge xenbr0 on xen-1")]
    public void What_can_t_be_adopted_is_said_and_nothing_is_written(string named, string why) => Run(async (rig, _) =>
    {
        await rig.TellAsync(
            named == "other" ? [OldWeb] :
            [
                OldWeb, OldWeb with { Name = "hvm", Uuid = "1", Type = null }, OldWeb with { Name = "pygrub", Uuid = "2", Kernel = null, NotExpressed = ["bootloader: pygrub starts it."] },
            ]);
        (await Should.ThrowAsync<CommandException>(rig.AdoptAsync(named))).Message.ShouldContain(why);
        (await rig.Store.ListAsync<Domain>(new ListOptions(), CancellationToken.None)).Items.ShouldBeEmpty();
    });

    [Fact]
    public void A_host_that_does_not_exist_is_said() => Run(async (rig, output) =>
        (await Should.ThrowAsync<CommandException>(new AdoptRun(rig.Store, rig.Time, output, output).RunAsync("xen-9", "web", null, "shop", false, CancellationToken.None))).Message.ShouldContain("There is no XenHost xen-9"));

    private static void Run(Func<Rig, StringWriter, Task> scenario) => VirtualLoop.Run(async time =>
    {
        using var rig = new Rig(time);
        await rig.Store.ApplyAsync(new XenHost { Metadata = new ObjectMeta { Name = "xen-1" }, Spec = new XenHostSpec() }, new ApplyOptions("admin"), CancellationToken.None);
        await scenario(rig, rig.Output);
    });

    private sealed class Rig(TimeProvider time) : IDisposable
    {
        public EmbeddedStore Store { get; } = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = time });

        public TimeProvider Time { get; } = time;

        public StringWriter Output { get; } = new() { NewLine = "\n" };

        public StringWriter Error { get; } = new();

        public Task<int> AdoptAsync(string named, bool print = false) => new AdoptRun(Store, Time, Output, Error).RunAsync("xen-1", named, null, "shop", print, CancellationToken.None);

        public Task<XenHost> TellAsync(params HostAdoptable[] adoptable) => Store.ApplyStatusAsync(
            new XenHost { Metadata = new ObjectMeta { Name = "xen-1" }, Status = new XenHostStatus { Adoptable = adoptable } }, new ApplyOptions("agent"), CancellationToken.None);

        public Task<XenNetwork> NetworkAsync(string name, string bridge) => Store.ApplyAsync(
            new XenNetwork { Metadata = new ObjectMeta { Name = name }, Spec = new XenNetworkSpec { Bridge = bridge } }, new ApplyOptions("admin"), CancellationToken.None);

        public Task<Domain> SayAsync(DomainStatus status) => Store.ApplyStatusAsync(
            new Domain { Metadata = new ObjectMeta { Namespace = "shop", Name = "old-web" }, Status = status }, new ApplyOptions("agent"), CancellationToken.None);

        public void Dispose()
        {
            Store.Dispose();
            Output.Dispose();
            Error.Dispose();
        }
    }
}
