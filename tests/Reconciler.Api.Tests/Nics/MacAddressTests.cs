using System.Text.RegularExpressions;
using Reconciler.Api.Nics;

namespace Reconciler.Api.Tests.Nics;

public sealed class MacAddressTests
{
    /// <summary>Guests remember their NICs by it: a later version that gave another would rename them all.</summary>
    [Theory]
    [InlineData("6f1c2f3e-0000-4000-8000-000000000001")]
    [InlineData("6f1c2f3e-0000-4000-8000-000000000002")]
    public void The_address_of_a_uid_is_Xens_prefix_and_the_first_bytes_of_its_hash(string uid)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(uid)));
        MacAddress.OfUid(uid).ShouldBe($"00:16:3e:{hash[..2]}:{hash[2..4]}:{hash[4..6]}");
        Regex.IsMatch(MacAddress.OfUid(uid), MacAddress.Pattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture).ShouldBeTrue();
    }

    [Fact]
    public void The_address_of_a_known_uid_never_changes() =>
        MacAddress.OfUid("6f1c2f3e-0000-4000-8000-000000000001").ShouldBe("00:16:3e:a2:34:0a");

    [Fact]
    public void An_address_in_the_spec_comes_first_and_is_compared_in_lower_case()
    {
        MacAddress.Of(Sample.Vif().With(spec => spec with { MacAddress = "00:16:3E:AA:BB:CC" })).ShouldBe("00:16:3e:aa:bb:cc");
        MacAddress.Of(Sample.Vif()).ShouldBe(MacAddress.OfUid("uid-web-vif0"));
    }

    [Fact]
    public void An_object_that_no_server_has_seen_has_no_address_of_its_own() =>
        MacAddress.Of(Sample.Vif() with { Metadata = new() { Name = "new" } }).ShouldBeNull();
}
