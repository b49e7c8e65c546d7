using Reconciler.Testing.Contract;

namespace Reconciler.Xen.Light.Tests.Lab;

/// <summary>The real host keeps the contract that the simulated one keeps.</summary>
[Trait("Category", "Lab")]
public sealed class LibxlHostContractTests(ContractRun run) : IClassFixture<ContractRun>
{
    public static TheoryData<string> Checks { get; } = [.. HostContract.Checks.Select(check => check.Name)];

    public static TheoryData<string> ChecksOfGuests { get; } = [.. HostContract.Checks.Where(check => check.DependsOnGuest).Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Keeps(string check) => run.OutcomeOf("pv", check).ShouldBe("");

    [Theory]
    [MemberData(nameof(ChecksOfGuests))]
    public void Keeps_with_PVH_guests(string check) => run.OutcomeOf("pvh", check).ShouldBe("");

    /// <summary>On dom0's own bridge and packet filter: the frames are in the probe (FrameChecks).</summary>
    [Theory]
    [InlineData("Frames_from_the_addresses_that_a_NIC_is_locked_to_pass_and_no_others")]
    [InlineData("A_guest_that_is_locked_teaches_the_bridge_no_other_address")]
    [InlineData("Nothing_passes_a_link_that_is_down_in_either_direction")]
    [InlineData("A_NIC_of_a_VLAN_reaches_that_VLAN_alone")]
    [InlineData("The_kernel_tells_of_a_port_that_leaves_a_bridge_that_is_made_and_rules_that_are_deleted")]
    [InlineData("Rules_that_are_flushed_are_seen_and_what_others_have_made_stays")]
    public void Passes_what_it_should(string check) => run.OutcomeOf("pv", check).ShouldBe("");
}
