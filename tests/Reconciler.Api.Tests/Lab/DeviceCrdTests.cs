using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Lab;

namespace Reconciler.Api.Tests.Lab;

/// <summary>What a user meets who applies disks, NICs, pools and networks to a real API server.</summary>
[Trait("Category", "Lab")]
public sealed class DeviceCrdTests(CrdLab fixture) : CrdLabTest(fixture)
{
    [Fact]
    public async Task The_server_sets_the_defaults_that_the_code_sets()
    {
        await ApplyAsync("VBD", "root", "{domain: web, device: xvda, source: {volume: {pool: p, name: root}}}");
        await ApplyAsync("VIF", "nic", "{domain: web, index: 0, network: lan, lockedAddresses: {ips: [192.0.2.1]}}");
        var vbd = (await Client.GetAsync<Vbd>("root", Namespace, Cancellation))!.Spec!;
        vbd.ShouldBe(vbd.WithDefaults());
        vbd.Detach!.TimeoutSeconds.ShouldBe(60);
        vbd.Source!.Volume!.Reclaim.ShouldBe(ReclaimPolicy.Retain);
        var vif = (await Client.GetAsync<Vif>("nic", Namespace, Cancellation))!.Spec!;
        vif.LinkState.ShouldBe(LinkState.Up);
        vif.LockedAddresses!.Mac.ShouldBe(true);
    }

    [Theory]
    [InlineData("VBD", "{domain: web, device: sda, source: {blockDevice: {path: /dev/sdb}}}", "spec.device")]
    [InlineData("VBD", "{domain: web, device: xvda, mode: Write}", "spec.mode")]
    [InlineData("VBD", "{device: xvda}", "domain")]
    [InlineData("VBD", "{domain: web, device: xvda, source: {volume: {pool: p, name: ../etc}}}", "spec.source.volume.name")]
    [InlineData("VBD", "{domain: web, device: xvda, source: {file: {path: a.img}}}", "spec.source.file.path")]
    [InlineData("VBD", "{domain: web, device: xvda, detach: {timeoutSeconds: 0}}", "spec.detach.timeoutSeconds")]
    [InlineData("VIF", "{domain: web, index: 8, network: lan}", "spec.index")]
    [InlineData("VIF", "{domain: web, index: 0, network: lan, macAddress: '01:00:00:00:00:01'}", "spec.macAddress")]
    [InlineData("VIF", "{domain: web, index: 0, network: lan, mtu: 67}", "spec.mtu")]
    [InlineData("VIF", "{domain: web, index: 0, network: lan, rate: fast}", "spec.rate")]
    [InlineData("VIF", "{domain: web, index: 0, network: lan, lockedAddresses: {ips: [web]}}", "spec.lockedAddresses.ips")]
    [InlineData("XenNetwork", "{bridge: br/0}", "spec.bridge")]
    [InlineData("XenNetwork", "{bridge: xenbr0, vlan: 4095}", "spec.vlan")]
    [InlineData("XenNetwork", "{bridge: xenbr0, hosts: [{name: a, bridge: b}, {name: a, bridge: c}]}", "spec.hosts")]
    [InlineData("XenStoragePool", "{directory: {path: pool}}", "spec.directory.path")]
    [InlineData("XenStoragePool", "{lvm: {volumeGroup: vg/0}}", "spec.lvm.volumeGroup")]
    [InlineData("Domain", "{memory: {size: 64Mi}, boot: {kernel: /k}, vbdTemplates: [{device: xvda, type: CDROM}, {device: xvda, type: CDROM}]}", "spec.vbdTemplates")]
    [InlineData("Domain", "{memory: {size: 64Mi}, boot: {kernel: /k}, vifTemplates: [{index: 9, network: lan}]}", "spec.vifTemplates")]
    [InlineData("Domain", "{memory: {size: 64Mi}, boot: {kernel: /k}, waitFor: {vbds: [Data_1]}}", "spec.waitFor.vbds")]
    public async Task A_value_that_can_t_be_is_refused_by_the_name_of_its_field(string kind, string spec, string field)
    {
        var refused = await TryApplyAsync(kind, "bad", spec);
        refused.Succeeded.ShouldBeFalse();
        refused.Error.ShouldContain(field);
    }

    [Fact]
    public async Task The_columns_tell_which_disk_it_is_and_how_it_is()
    {
        await ApplyAsync("VBD", "root", "{domain: web, device: xvda, source: {blockDevice: {path: /dev/sdb}}}");
        await ApplyStatusAsync(new Vbd { Metadata = Named("root"), Status = new VbdStatus { Host = "xen-1", State = DeviceState.Attaching, Conditions = [Ready("Attaching")] } });
        (await ColumnsAsync("vbd")).ShouldBe(["NAME DOMAIN DEVICE STATE HOST READY REASON AGE", "root web xvda Attaching xen-1 False Attaching"]);
    }

    [Fact]
    public async Task The_columns_tell_which_NIC_it_is_and_how_it_is()
    {
        await ApplyAsync("VIF", "nic", "{domain: web, index: 1, network: lan}");
        await ApplyStatusAsync(new Vif { Metadata = Named("nic"), Status = new VifStatus { Host = "xen-1", State = DeviceState.Attaching, Conditions = [Ready("Attaching")] } });
        (await ColumnsAsync("vif")).ShouldBe(["NAME DOMAIN INDEX NETWORK STATE HOST READY REASON AGE", "nic web 1 lan Attaching xen-1 False Attaching"]);
    }

    [Fact]
    public async Task Explain_teaches_what_each_field_means()
    {
        (await ExplainAsync("vbd.spec.source.volume.reclaim")).ShouldContain("Only a volume that was made by create is ever deleted");
        (await ExplainAsync("vif.spec.macAddress")).ShouldContain("00:16:3e");
        (await ExplainAsync("xsp.spec.hosts")).ShouldContain("somewhere else");
        (await ExplainAsync("xn.spec.vlan")).ShouldContain("1 to 4094");
        (await ExplainAsync("dom.spec.vbdTemplates.source")).ShouldContain("exactly one of volume");
    }

    /// <summary>API server 1.20 made null of a granular object that lost all its fields, and refused the write.</summary>
    [Fact]
    public async Task What_comes_and_goes_in_a_status_can_go_again()
    {
        await ApplyAsync("VBD", "root", "{domain: web, device: xvda, type: CDROM}");
        var waiting = new WaitingFor { Reason = "Frontend", Since = Sample.Now };
        await ApplyStatusAsync(new Vbd { Metadata = Named("root"), Status = new VbdStatus { Domid = 1, WaitingFor = waiting, DetachRequestedAt = Sample.Now } });
        await ApplyStatusAsync(new Vbd { Metadata = Named("root"), Status = new VbdStatus { Domid = 1 } });
        (await Client.GetAsync<Vbd>("root", Namespace, Cancellation))!.Status!.ShouldBe(new VbdStatus { Domid = 1 });

        var host = new XenHost { Metadata = new ObjectMeta { Name = $"h-{Namespace}" } };
        await ApplyAsync("XenHost", host.Metadata.Name!, "{}");
        await ApplyStatusAsync(host with { Status = new XenHostStatus { Cpus = 1, StoragePools = [new HostStoragePool { Name = "p", Ready = true }] } });
        await ApplyStatusAsync(host with { Status = new XenHostStatus { Cpus = 1, StoragePools = [] } });
        ((await Client.GetAsync<XenHost>(host.Metadata.Name!, null, Cancellation))!.Status!.StoragePools ?? []).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_kind_of_source_takes_the_place_of_another_when_its_manager_says_so()
    {
        foreach (var source in new[] { Sample.Volume("a"), new VbdSource { File = new FileSource { Path = "/a", Format = DiskFormat.Raw } } })
        {
            var vbd = Sample.Vbd("root", source: source);
            vbd = vbd with { ApiVersion = Vbd.Definition.ApiVersion, Kind = Vbd.Definition.Kind, Metadata = Named("root") };
            var written = await Client.ApplyAsync(vbd, new ApplyOptions("templates"), Cancellation);
            (written.Spec!.Source!.Volume is null, written.Spec.Source.File is null).ShouldBe((source.Volume is null, source.File is null));
        }
    }

    private ObjectMeta Named(string name) => new() { Name = name, Namespace = Namespace };

    private static Condition Ready(string reason) => new() { Type = "Ready", Status = "False", Reason = reason, LastTransitionTime = Sample.Now };

    private Task<T> ApplyStatusAsync<T>(T entity)
        where T : class, IResource<T>
    {
        var json = System.Text.Json.JsonSerializer.SerializeToNode(entity, T.Definition.JsonTypeInfo)!.AsObject();
        json["apiVersion"] = T.Definition.ApiVersion;
        json["kind"] = T.Definition.Kind;
        return Client.ApplyStatusAsync(
            (T)System.Text.Json.JsonSerializer.Deserialize(json, T.Definition.JsonTypeInfo)!, new ApplyOptions("reconciler-agent-status"), Cancellation);
    }

    private async Task<string> ExplainAsync(string path) =>
        string.Join(' ', Words(await Lab.Kubectl.RunAsync(Cancellation, "explain", path)));

    /// <summary>The heading, and the first line without its age.</summary>
    private async Task<string[]> ColumnsAsync(string kind)
    {
        var lines = (await Lab.Kubectl.RunAsync(Cancellation, "get", kind, "-n", Namespace)).Split('\n');
        return [string.Join(' ', Words(lines[0])), string.Join(' ', Words(lines[1])[..^1])];
    }

    private static string[] Words(string text) => text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private async Task ApplyAsync(string kind, string name, string spec) => (await TryApplyAsync(kind, name, spec)).OutputOrThrow();

    private Task<CommandOutput> TryApplyAsync(string kind, string name, string spec) => Lab.Kubectl.TryApplyAsync(
        $$"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: {{kind}}
        metadata: {name: {{name}}, namespace: {{Namespace}}}
        spec: {{spec}}
        """,
        Cancellation);
}
