using Reconciler.Api.Nics;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Tests.Validation;

public sealed class VifValidationTests
{
    [Fact]
    public void The_least_that_a_NIC_needs_is_accepted() => VifValidation.Validate(Sample.Vif()).ShouldBeEmpty();

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public void A_domain_has_eight_NICs(int index, bool accepted) =>
        Fields(Sample.Vif(index: index)).ShouldBe(accepted ? [] : ["spec.index"]);

    [Theory]
    [InlineData("00:16:3e:00:00:01", true)]
    [InlineData("02:16:3E:AA:bb:0f", true)]
    [InlineData("01:16:3e:00:00:01", false)] // multicast
    [InlineData("ff:ff:ff:ff:ff:ff", false)]
    [InlineData("00:00:00:00:00:00", false)]
    [InlineData("00-16-3e-00-00-01", false)]
    [InlineData("00:16:3e:00:00", false)]
    [InlineData("00:16:3e:00:00:01\n", false)]
    [InlineData("", false)]
    public void A_MAC_address_is_unicast(string address, bool accepted) =>
        Fields(Sample.Vif().With(spec => spec with { MacAddress = address })).ShouldBe(accepted ? [] : ["spec.macAddress"]);

    [Theory]
    [InlineData(67, false)]
    [InlineData(68, true)]
    [InlineData(65535, true)]
    [InlineData(65536, false)]
    public void The_MTU_has_bounds(int mtu, bool accepted) =>
        Fields(Sample.Vif().With(spec => spec with { Mtu = mtu })).ShouldBe(accepted ? [] : ["spec.mtu"]);

    [Theory]
    [InlineData("100Mb/s", null)]
    [InlineData("fast", "spec.rate: fast: not a rate. Write bits or bytes a second such as 100Mb/s or 12MB/s, or leave it out for no limit.")]
    [InlineData("7Kb/s", "spec.rate: 7Kb/s: less than the minimum of 8Kb/s. Set it to at least 8Kb/s; to cut the NIC off, set linkState to Down.")]
    public void A_rate_is_refused_with_field_value_and_remedy(string rate, string? message) =>
        VifValidation.Validate(Sample.Vif().With(spec => spec with { Rate = rate }))
            .Select(error => error.ToString()).ShouldBe(message is null ? [] : [message]);

    [Theory]
    [InlineData("192.0.2.7", true)]
    [InlineData("2001:db8::7", true)]
    [InlineData("::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.0/24", false)]
    [InlineData("10.1", false)]
    [InlineData("192.0.2.010", false)]
    [InlineData("fe80::1%eth0", false)]
    [InlineData("web.example", false)]
    [InlineData("", false)]
    public void A_locked_address_is_one_address(string ip, bool accepted) =>
        Fields(Sample.Vif().With(spec => spec with { LockedAddresses = new LockedAddresses { Ips = ["192.0.2.1", ip] } }))
            .ShouldBe(accepted ? [] : ["spec.lockedAddresses.ips[1]"]);

    [Fact]
    public void A_network_that_can_t_be_named_so_is_refused() => Fields(Sample.Vif(network: "xenbr0_1")).ShouldBe(["spec.network"]);

    [Fact]
    public void An_object_without_a_spec_is_refused() => Fields(new Vif()).ShouldBe(["spec"]);

    private static string[] Fields(Vif vif) => [.. VifValidation.Validate(vif).Select(error => error.Field)];
}
