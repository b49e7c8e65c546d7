using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Tests.Validation;

public sealed class DomainDevicesValidationTests
{
    [Fact]
    public void A_domain_with_disks_NICs_and_names_to_wait_for_is_accepted() => Fields(spec => spec with
    {
        VbdTemplates = [Disk("xvda"), Disk("xvdb")],
        VifTemplates = [Nic(0), Nic(1)],
        WaitFor = new WaitForSpec { Vbds = ["data"], Vifs = ["backup"] },
    }).ShouldBeEmpty();

    [Fact]
    public void A_wrong_field_of_a_template_is_named_by_its_key() => Fields(spec => spec with
    {
        VbdTemplates = [Disk("xvda"), Disk("xvdb") with { Source = null }, Disk("sdc")],
        VifTemplates = [Nic(0), Nic(1) with { Mtu = 1 }],
        WaitFor = new WaitForSpec { Vbds = ["data", "Data"] },
    }).ShouldBe(["spec.vbdTemplates[xvdb].source", "spec.vbdTemplates[sdc].device", "spec.vifTemplates[1].mtu", "spec.waitFor.vbds[1]"]);

    [Fact]
    public void One_device_or_index_has_one_template() => Fields(spec => spec with
    {
        VbdTemplates = [Disk("xvda"), Disk("xvda")],
        VifTemplates = [Nic(1), Nic(1)],
    }).ShouldBe(["spec.vbdTemplates[xvda].device", "spec.vifTemplates[1].index"]);

    [Fact]
    public void There_are_no_more_templates_than_the_schema_has() => Fields(spec => spec with
    {
        VbdTemplates = [.. Enumerable.Range(0, DomainSpec.MaximumVbdTemplates + 1).Select(i => Disk(VbdDevice.Name((1 << 28) | ((16 + i) << 8))!))],
    }).ShouldBe(["spec.vbdTemplates"]);

    private static VbdTemplate Disk(string device) => new() { Device = device, Source = Sample.Volume(device) };

    private static VifTemplate Nic(int index) => new() { Index = index, Network = "lan" };

    private static string[] Fields(Func<DomainSpec, DomainSpec> change) =>
        [.. DomainValidation.Validate(Sample.Domain().With(change)).Select(error => error.Field)];
}
