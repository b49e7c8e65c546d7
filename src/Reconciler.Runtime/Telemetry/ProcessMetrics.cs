using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Reconciler.Runtime.Telemetry;

/// <summary>What every Prometheus client library tells of its process, under the names that all of them use.</summary>
internal static class ProcessMetrics
{
    private static readonly MetricDefinition Cpu = new("process_cpu_seconds_total", MetricType.Counter, "Processor time of this process, user and system.");
    private static readonly MetricDefinition Memory = new("process_resident_memory_bytes", MetricType.Gauge, "Resident memory of this process.");
    private static readonly MetricDefinition Start = new("process_start_time_seconds", MetricType.Gauge, "When this process started, since 1970.");

    public static IReadOnlyList<MetricDefinition> Definitions { get; } = [Cpu, Memory, Start];

    public static void Observe(Meter meter)
    {
        using var process = Process.GetCurrentProcess();
        var started = (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        Cpu.ObserveCounter(meter, () => [new(Environment.CpuUsage.TotalTime.TotalSeconds)]);
        Memory.ObserveGauge(meter, () => [new(Environment.WorkingSet)]);
        Start.ObserveGauge(meter, () => [new(started)]);
    }
}
