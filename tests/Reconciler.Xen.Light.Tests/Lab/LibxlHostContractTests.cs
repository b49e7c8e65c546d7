using Reconciler.Testing.Contract;

namespace Reconciler.Xen.Light.Tests.Lab;

/// <summary>The real host keeps the contract that the simulated one keeps.</summary>
[Trait("Category", "Lab")]
public sealed class LibxlHostContractTests(ContractRun run) : IClassFixture<ContractRun>
{
    public static TheoryData<string> Checks { get; } = [.. HostContract.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Keeps(string check) => run.OutcomeOf(check).ShouldBe("");
}
