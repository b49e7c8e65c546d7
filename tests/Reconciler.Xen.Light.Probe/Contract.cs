using Reconciler.Testing.Contract;

namespace Reconciler.Xen.Light.Probe;

/// <summary>Runs the contract of the Host port on the host it is on. One line for each check: <c>PASS name</c> or <c>FAIL name: why</c>.</summary>
internal static class Contract
{
    /// <param name="names">The checks to run; all when empty.</param>
    public static async Task<int> RunAsync(string[] names)
    {
        await using LabHarness harness = new();
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
