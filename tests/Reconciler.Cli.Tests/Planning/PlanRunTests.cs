using System.Text.Json.Nodes;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Cli.Planning;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Cli.Tests.Planning;

public sealed class PlanRunTests : IDisposable
{
    private readonly PlanLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Each_Domain_has_a_table_with_what_every_host_says_the_chosen_one_first_and_a_line_with_the_outcome()
    {
        await _lab.HostAsync("xen-1", "6Gi");
        await _lab.HostAsync("xen-2", "12Gi");
        await _lab.HostAsync("xen-3", "2Gi");
        await _lab.HostAsync("xen-4", "9Gi", status => status with { Conditions = [PlanLab.Ready(ConditionStatus.Unknown, HostReadyCondition.AgentSilent, "its agent has renewed its Lease no more for 3m12s: it may be off, cut off, or without an agent")] });
        await _lab.HostAsync("xen-5", "9Gi", status => status with { StoragePools = [new HostStoragePool { Name = "fast", Ready = false, Reason = "NotMounted", Message = "/srv/fast is not mounted" }] });

        var exitCode = await _lab.PlanAsync(
            PlanLab.Manifest("web", "4Gi", "vbdTemplates:", "- {device: xvda, source: {volume: {pool: fast, name: web}}}", "vifTemplates:", "- {index: 0, network: lan}")
            + PlanLab.Manifest("db", "10Gi", "cpu: {vcpus: 2}"));

        exitCode.ShouldBe(1);
        _lab.Output.ToString().ShouldBe("""
            Domain default/web: PVH, 1 virtual CPU, 4096Mi of memory and 36Mi of overhead; pools: fast; networks: lan
              HOST    VERDICT            SCORE   WHY
            * xen-2   Fits               998     800 anti-affinity + 98 memory + 100 spread
              xen-1   Fits               924     800 anti-affinity + 24 memory + 100 spread
              xen-3   NotEnoughMemory    -       needs 4132Mi (4096Mi and 36Mi of overhead), free are 2048Mi
              xen-4   NotReady           -       not ready: AgentSilent (its agent has renewed its Lease no more for 3m12s: it may
                                                 be off, cut off, or without an agent)
              xen-5   PoolNotReachable   -       XenStoragePool fast is not usable there: NotMounted (/srv/fast is not mounted)
            default/web would go to xen-2 (score 998)

            Domain default/db: PVH, 2 virtual CPUs, 10240Mi of memory and 85Mi of overhead
              HOST    VERDICT           SCORE   WHY
              xen-1   NotEnoughMemory   -       needs 10325Mi (10240Mi and 85Mi of overhead), free are 6144Mi
              xen-2   NotEnoughMemory   -       needs 10325Mi (10240Mi and 85Mi of overhead), free are 12288Mi, 4132Mi of it
                                                reserved for 1 domain that will start there
              xen-3   NotEnoughMemory   -       needs 10325Mi (10240Mi and 85Mi of overhead), free are 2048Mi
              xen-4   NotReady          -       not ready: AgentSilent (its agent has renewed its Lease no more for 3m12s: it may be
                                                off, cut off, or without an agent)
              xen-5   NotEnoughMemory   -       needs 10325Mi (10240Mi and 85Mi of overhead), free are 9216Mi
            default/db would wait: no XenHost of 5 fits (1 NotReady, 4 NotEnoughMemory)

            """);
    }

    [Fact]
    public async Task A_Domain_that_exists_neither_counts_itself_nor_its_memory_and_what_is_left_out_is_said()
    {
        await _lab.HostAsync("xen-1", "1Gi");
        await _lab.DomainAsync("web", "4Gi", "xen-1");
        await _lab.DomainAsync("other", "4Gi", "xen-1");

        (await _lab.PlanAsync(PlanLab.Manifest("web", "4500Mi"))).ShouldBe(0);
        _lab.Lines[^1].ShouldEndWith("; it is on xen-1 now");
        (await _lab.PlanAsync(PlanLab.Manifest("web", "6Gi"))).ShouldBe(1);
        _lab.Lines[^1].ShouldBe("default/web would wait: no XenHost of 1 fits (1 NotEnoughMemory); it is on xen-1 now");
    }

    [Fact]
    public async Task A_Domain_that_fits_nowhere_anew_stays_in_the_way_of_those_after_it()
    {
        await _lab.HostAsync("xen-1", "1Gi");
        await _lab.DomainAsync("web", "4Gi", "xen-1");

        (await _lab.PlanAsync(PlanLab.Manifest("web", "6Gi") + PlanLab.Manifest("db", "2Gi"))).ShouldBe(1);

        _lab.Lines[^1].ShouldBe("default/db would wait: no XenHost of 1 fits (1 NotEnoughMemory)");
    }

    [Fact]
    public async Task Devices_of_the_manifest_and_of_the_cluster_count_and_those_of_templates_that_the_manifest_has_no_more_do_not()
    {
        await _lab.HostAsync("xen-1", "4Gi");
        var web = await _lab.DomainAsync("web", "1Gi", "xen-1");
        await DiskAsync("web-xvda", "gone", new OwnerReference { ApiVersion = Domain.Definition.ApiVersion, Kind = "Domain", Name = "web", Uid = web.Metadata.Uid!, Controller = true });

        (await _lab.PlanAsync(PlanLab.Manifest("web", "1Gi"))).ShouldBe(0);
        await DiskAsync("data", "slow", owner: null);
        (await _lab.PlanAsync(PlanLab.Manifest("web", "1Gi"))).ShouldBe(1);
        _lab.Output.ToString().ShouldContain("it does not see XenStoragePool slow");
        const string Data = """
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: VBD
            metadata: {name: data}
            spec: {domain: web, device: xvdb, source: {volume: {pool: fast, name: data}}}
            """;
        (await _lab.PlanAsync(PlanLab.Manifest("web", "1Gi") + Data)).ShouldBe(0);
        (await _lab.PlanAsync(PlanLab.Manifest("other", "1Gi") + Data)).ShouldBe(0);
        _lab.Error.ToString().ShouldBe("note: web.yaml: VBD default/data is not looked at: its Domain web is not in the manifest\n");
    }

    [Fact]
    public async Task Without_a_host_and_with_one_that_does_not_exist_the_whole_reason_is_told()
    {
        (await _lab.PlanAsync(PlanLab.Manifest("web", "1Gi"))).ShouldBe(1);
        _lab.Lines[^1].ShouldStartWith("default/web would wait: There is no XenHost yet.");
        await _lab.HostAsync("xen-1", "4Gi");
        (await _lab.PlanAsync(PlanLab.Manifest("web", "1Gi", "placement: {hostName: xen-7}"))).ShouldBe(1);
        _lab.Lines[^1].ShouldBe("default/web would wait: placement.hostName asks for XenHost xen-7, which does not exist. There are: xen-1");
    }

    [Fact]
    public async Task A_new_Domain_with_the_operators_label_is_refused_as_it_would_go_to_that_host_only()
    {
        var manifest = PlanLab.Manifest("web", "1Gi").Replace("name: web", "name: web\n  labels: {xen.reconciler.dev/host: xen-1}", StringComparison.Ordinal);

        (await Should.ThrowAsync<CommandException>(_lab.PlanAsync(manifest))).Message.ShouldContain("Remove it");
    }

    [Fact]
    public async Task Programs_get_the_same_as_JSON_and_YAML_and_the_parts_of_a_score_add_up_to_it()
    {
        await _lab.HostAsync("xen-1", "6Gi");
        await _lab.HostAsync("xen-2", "1Gi");

        (await _lab.PlanAsync(PlanLab.Manifest("web", "4Gi"), PlanOutput.Json)).ShouldBe(0);
        var json = JsonNode.Parse(_lab.Output.ToString())!;
        _lab.Output.GetStringBuilder().Clear();
        (await _lab.PlanAsync(PlanLab.Manifest("web", "4Gi"), PlanOutput.Yaml)).ShouldBe(0);

        JsonNode.DeepEquals(YamlToJson.ParseSingle(_lab.Output.ToString())!.Root, json).ShouldBeTrue();
        var plan = json["domains"]![0]!;
        plan["host"]!.GetValue<string>().ShouldBe("xen-1");
        plan["hosts"]![0]!["scores"]!.AsObject().Sum(part => part.Value!.GetValue<int>()).ShouldBe(plan["score"]!.GetValue<int>());
        plan["hosts"]![1]!["reason"]!.GetValue<string>().ShouldBe("NotEnoughMemory");
    }

    [Fact]
    public async Task Wide_shows_what_the_hosts_have_left_after_the_Domains_before_and_folds_nothing()
    {
        await _lab.HostAsync("xen-1", "6Gi");

        await _lab.PlanAsync(PlanLab.Manifest("web", "4Gi") + PlanLab.Manifest("db", "4Gi"), PlanOutput.Wide);

        _lab.Output.ToString().ShouldBe("""
            Domain default/web: PVH, 1 virtual CPU, 4096Mi of memory and 36Mi of overhead
              HOST    VERDICT   SCORE   FREE     RESERVED   DOMAINS   WHY
            * xen-1   Fits      924     6144Mi   0Mi        0         800 anti-affinity + 24 memory + 100 spread
            default/web would go to xen-1 (score 924)

            Domain default/db: PVH, 1 virtual CPU, 4096Mi of memory and 36Mi of overhead
              HOST    VERDICT           SCORE   FREE     RESERVED   DOMAINS   WHY
              xen-1   NotEnoughMemory   -       6144Mi   4132Mi     1         needs 4132Mi (4096Mi and 36Mi of overhead), free are 6144Mi, 4132Mi of it reserved for 1 domain that will start there
            default/db would wait: no XenHost of 1 fits (1 NotEnoughMemory)

            """);
    }

    [Fact]
    public async Task Nothing_is_written()
    {
        await _lab.HostAsync("xen-1", "6Gi");
        await _lab.DomainAsync("web", "1Gi", "xen-1");
        var before = await VersionAsync();

        await _lab.PlanAsync(PlanLab.Manifest("web", "2Gi") + PlanLab.Manifest("db", "1Gi"));

        (await VersionAsync()).ShouldBe(before);
    }

    private async Task<string> VersionAsync() =>
        (await _lab.Store.ListAsync<Domain>(new ListOptions(), TestContext.Current.CancellationToken)).ResourceVersion;

    private Task<Vbd> DiskAsync(string name, string pool, OwnerReference? owner) => _lab.Store.ApplyAsync(
        new Vbd
        {
            Metadata = new ObjectMeta { Namespace = "default", Name = name, OwnerReferences = owner is null ? null : [owner] },
            Spec = new VbdSpec { Domain = "web", Device = owner is null ? "xvdb" : "xvda", Source = new VbdSource { Volume = new VolumeSource { Pool = pool, Name = name } } },
        },
        new ApplyOptions("user"), TestContext.Current.CancellationToken);
}
