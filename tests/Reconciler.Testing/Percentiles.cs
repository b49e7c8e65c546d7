namespace Reconciler.Testing;

/// <summary>Of latencies, in the unit of the values.</summary>
public sealed record Percentiles(int Count, double P50, double P95, double P99, double Worst)
{
    public static Percentiles Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? new Percentiles(0, 0, 0, 0, 0) : new Percentiles(sorted.Count, At(0.5), At(0.95), At(0.99), sorted[^1]);

        // Nearest rank: a value that was measured, not one between two.
        double At(double share) => sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
