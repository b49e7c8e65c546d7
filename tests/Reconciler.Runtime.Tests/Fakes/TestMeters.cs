using System.Diagnostics.Metrics;

namespace Reconciler.Runtime.Tests.Fakes;

/// <summary>Meters of one test, told from those of the tests that run beside it by their scope.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(meter => meter.Dispose());
}
