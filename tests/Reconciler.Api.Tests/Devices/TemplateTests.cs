using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Tests.Devices;

public sealed class TemplateTests
{
    private static readonly DetachSpec Force = new() { OnTimeout = DetachTimeoutAction.Force, TimeoutSeconds = 5 };

    private static readonly VbdSpec EveryVbdField = new()
    {
        Domain = "web",
        Device = "xvdb",
        Mode = VbdMode.ReadOnly,
        Type = VbdType.CDROM,
        Bootable = true,
        Source = new VbdSource { Iso = new IsoSource { Pool = "isos", Name = "a.iso" } },
        Shareable = true,
        Detach = Force,
    };

    private static readonly VifSpec EveryVifField = new()
    {
        Domain = "web",
        Index = 3,
        Network = "lan",
        MacAddress = "00:16:3e:00:00:01",
        Mtu = 9000,
        Rate = "100Mb/s",
        LinkState = LinkState.Down,
        LockedAddresses = new LockedAddresses { Mac = false, Ips = ["192.0.2.1"] },
        Detach = Force,
    };

    [Fact]
    public void A_template_is_the_spec_of_a_disk_without_its_domain()
    {
        VbdTemplate.Of(EveryVbdField).ToSpec("web").ShouldBe(EveryVbdField);
        Fields<VbdTemplate>().ShouldBe(Fields<VbdSpec>().Where(field => field != "Domain"));
        Unset(EveryVbdField).ShouldBeEmpty("each field is set, so that one that is not carried over shows");
    }

    [Fact]
    public void A_template_is_the_spec_of_a_NIC_without_its_domain()
    {
        VifTemplate.Of(EveryVifField).ToSpec("web").ShouldBe(EveryVifField);
        Fields<VifTemplate>().ShouldBe(Fields<VifSpec>().Where(field => field != "Domain"));
        Unset(EveryVifField).ShouldBeEmpty("each field is set, so that one that is not carried over shows");
    }

    [Fact]
    public void Filling_in_the_defaults_changes_nothing_that_is_set()
    {
        EveryVbdField.WithDefaults().ShouldBe(EveryVbdField);
        EveryVifField.WithDefaults().ShouldBe(EveryVifField);
    }

    [Fact]
    public void A_disk_that_was_read_is_written_as_it_was()
    {
        const string Json = """
            {"apiVersion":"xen.reconciler.dev/v1alpha1","kind":"VBD","metadata":{"name":"a"},"spec":{"domain":"web","device":"xvda","type":"CDROM",
            "source":{"volume":{"pool":"p","name":"v","create":{"size":"1Gi","from":{"http":{"url":"https://x/y","sha256":"0"}}},"reclaim":"Delete"}}}}
            """;
        var vbd = JsonSerializer.Deserialize(Json, Vbd.Definition.JsonTypeInfo)!;
        vbd.Spec!.Source!.Volume!.Create!.From!.Http!.Url.ShouldBe("https://x/y");
        JsonNode.DeepEquals(JsonSerializer.SerializeToNode(vbd, Vbd.Definition.JsonTypeInfo), JsonNode.Parse(Json)).ShouldBeTrue();
    }

    private static string[] Fields<T>() => [.. typeof(T).GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name)];

    private static string[] Unset<T>(T spec) =>
        [.. typeof(T).GetProperties().Where(property => property.SetMethod is not null && property.GetValue(spec) is null).Select(property => property.Name)];
}
