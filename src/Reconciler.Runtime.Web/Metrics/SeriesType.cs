using System.Diagnostics.Metrics;

namespace Reconciler.Runtime.Web.Metrics;

/// <summary>Prometheus' word for a kind of instrument. By the generic type's definition, as the value types are many.</summary>
internal static class SeriesType
{
    public const string Counter = "counter";
    public const string Gauge = "gauge";
    public const string Histogram = "histogram";

    public static string Of(Instrument instrument)
    {
        var type = instrument.GetType();
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        return definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>) ? Counter
            : definition == typeof(Histogram<>) ? Histogram
            : Gauge;
    }

    /// <summary>True when measurements are changes to be summed up, not values.</summary>
    public static bool IsSum(Instrument instrument)
    {
        var type = instrument.GetType();
        return type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Counter<>) || type.GetGenericTypeDefinition() == typeof(UpDownCounter<>));
    }
}
