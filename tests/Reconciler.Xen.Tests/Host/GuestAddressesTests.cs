using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Tests.Host;

/// <summary>A guest writes what it likes where its addresses are read.</summary>
public sealed class GuestAddressesTests
{
    [Fact]
    public void Addresses_are_shown_in_one_form_and_once() =>
        GuestAddresses.Parse(["192.0.2.7", "2001:DB8:0:0::7", "2001:db8::7", null, "fe80::1"]).ShouldBe(["192.0.2.7", "2001:db8::7", "fe80::1"]);

    [Theory]
    [InlineData("")]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")]
    [InlineData("167772161")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("192.0.2.7/24")]
    [InlineData(" 192.0.2.7")]
    [InlineData("[2001:db8::7]:80")]
    [InlineData("<script>")]
    [InlineData("none")]
    public void What_is_no_address_is_left_out(string value) => GuestAddresses.Parse([value]).ShouldBeEmpty();

    [Fact]
    public void Whatever_a_guest_writes_only_addresses_come_of_it_and_not_many() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
            Arb.From(Gen.Frequency(
                (3, ArbMap.Default.GeneratorFor<string>()),
                (2, Gen.Elements("0123456789abcdef:.%[]/ \0\n".ToCharArray()).ListOf().Select(chars => new string([.. chars]))),
                (1, ArbMap.Default.GeneratorFor<byte>().ListOf(4).Select(bytes => new IPAddress([.. bytes]).ToString())),
                (1, ArbMap.Default.GeneratorFor<byte>().ListOf(16).Select(bytes => new IPAddress([.. bytes]).ToString()))).ListOf()),
            values =>
            {
                var shown = GuestAddresses.Parse(values);
                shown.Count.ShouldBeLessThanOrEqualTo(2 * GuestAddresses.PerFamily);
                foreach (var address in shown)
                {
                    address.Length.ShouldBeLessThanOrEqualTo(45);
                    IPAddress.Parse(address).ToString().ShouldBe(address);
                }
            }));

    [Theory]
    [InlineData("/local/domain/3/attr/vif/0/ipv4/0", true)]
    [InlineData("/local/domain/3/attr/vif/0", true)]
    [InlineData("/local/domain/3/attr", true)]
    [InlineData("/local/domain/3/attr/eth0/ip", true)]
    [InlineData("/local/domain/3/attr/PVAddons/MajorVersion", false)]
    [InlineData("/local/domain/3/attr/os/boottime", false)]
    [InlineData("/local/domain/3/data/meminfo_free", false)]
    public void Of_all_that_guest_tools_write_addresses_matter(string path, bool matters) => GuestAddresses.IsConcernedBy(path).ShouldBe(matters);
}
