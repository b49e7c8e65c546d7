using Reconciler.Testing.Contract;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Probe;

/// <summary>Runs the contract of the Host port on the host it is on. One line for each check: <c>PASS name</c> or <c>FAIL name: why</c>.</summary>
internal static class Contract
{
    /// <param name="arguments"><c>pv</c> or <c>pvh</c>: what guests it is checked with; then the names of the checks, all when there are none.</param>
    public static async Task<int> RunAsync(string[] arguments)
    {
        await using LabHarness harness = new(arguments[0] == "pv" ? DomainType.Pv : DomainType.Pvh);
        var names = arguments[1..];
        var failed = 0;
        foreach (var check in HostContract.Checks.Where(check => names.Length == 0 || names.Contains(check.Name)))
        {
            try
            {
                await check.RunAsync(harness, CancellationToken.None);
                Console.WriteLine($"PASS {check.Name}");
            }
            catch (Exception e)
            {
                failed++;
                Console.WriteLine($"FAIL {check.Name}: {e.ToString().ReplaceLineEndings(" | ")}");
            }
        }
        return failed == 0 ? 0 : 1;
    }
}
