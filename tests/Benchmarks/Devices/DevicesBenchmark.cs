using System.Globalization;
using Reconciler.Testing.Lab;

namespace Reconciler.Benchmarks.Devices;

/// <summary>
/// Disks that are plugged and unplugged, and a guest that is started with 8 disks and 4 NICs, beside <c>xl</c> doing the same: on the lab's real
/// Xen host (under software emulation), in turn, by the probe in its dom0 (Reconciler.Xen.Light.Probe, DeviceBench).
/// </summary>
/// <remarks>
/// Both are seen from outside. An attach is over when xenstore shows both ends Connected, a detach when it shows neither. Ours has its
/// workers warm, as the agent has; <c>xl</c> is a new process each time, as it always is. Each time is the best of its rounds: what else runs on
/// the machine only ever slows one down.
/// </remarks>
internal static class DevicesBenchmark
{
    private const string Group = "devices";
    private const int Rounds = 7;
    private const string How = "best of 7 in turn; baseline: xl in dom0";

    public static async Task<IReadOnlyList<BenchResult>> RunAsync(CancellationToken cancellationToken)
    {
        // As the agent is published: what a worker runs first is compiled beforehand.
        var folder = Path.Combine(RepositoryRoot.Path, "artifacts", "xen-light-probe-bench");
        (await ExternalProgram.RunAsync("dotnet",
            ["publish", "tests/Reconciler.Xen.Light.Probe", "-c", "Release", "-r", "linux-x64", "--self-contained", "-p:PublishReadyToRun=true", "-o", folder, "-v", "q", "--nologo"],
            cancellation: cancellationToken)).OutputOrThrow();
        XenHostLab xen = new("all");
        try
        {
            await xen.InitializeAsync();
            await xen.PutAsync(Path.Combine(folder, "xen-light-probe"), "/opt/probe", cancellationToken);
            return Results(await xen.ExecAsync($"/opt/probe/xen-light-probe device-bench {Rounds}", cancellationToken));
        }
        finally
        {
            await xen.DisposeAsync();
        }
    }

    private static List<BenchResult> Results(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToList();
        return
        [
            Times("attach-block-device", "attach of a block device to Connected", 1.25),
            Times("detach-block-device", "its detach", 1.25),
            Times("attach-image", "attach of a raw image to Connected", 1.25),
            Times("detach-image", "its detach", 1.25),
            Times("start", "create and unpause with 8 images and 4 NICs", 0.7),
            Requests("attach-block-device", "xenstore requests of an attach"),
            Requests("detach-block-device", "xenstore requests of a detach"),
            BenchResult.Below(Group, "xenstore requests in 20 s of idleness, a disk and a NIC attached", Best("idle", "ours", "requests"), "requests", 1, "everybody's, by xenstored's log"),
        ];

        BenchResult Times(string what, string name, double aim) => BenchResult.AtMost(Group, name, Best(what, "ours"), Best(what, "xl"), "s", aim, How);

        BenchResult Requests(string what, string name)
        {
            var (ours, xl) = (Best(what, "ours", "requests"), Best(what, "xl", "requests"));
            return new BenchResult(Group, name, ours, xl, "requests", ours / xl, Note: "everybody's, by xenstored's log: toolstack, scripts, drivers, guest, and our watches");
        }

        double Best(string what, string who, params string[] unit) =>
            lines.Where(line => line.Length == 3 + unit.Length && line[0] == what && line[1] == who).Min(line => double.Parse(line[2], CultureInfo.InvariantCulture));
    }
}
