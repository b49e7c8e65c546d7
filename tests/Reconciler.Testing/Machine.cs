using System.Globalization;
using System.Runtime.InteropServices;

namespace Reconciler.Testing;

/// <summary>What the numbers were measured on; without it they say nothing.</summary>
public sealed record Machine(string Cpu, int Cores, double MemoryGiB, string Os, string Kernel, string Runtime)
{
    public static Machine Current { get; } = new(
        Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30), 1),
        Field("/etc/os-release", "PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription,
        Environment.OSVersion.Version.ToString(),
        RuntimeInformation.FrameworkDescription);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Cpu}, {Cores} cores, {MemoryGiB} GiB RAM, {Os}, Linux {Kernel}, {Runtime}");

    private static string? Field(string file, string name) =>
        !File.Exists(file)
            ? null
            : File.ReadLines(file)
                .Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Select(line => line[(line.IndexOfAny([':', '=']) + 1)..].Trim())
                .FirstOrDefault();
}
