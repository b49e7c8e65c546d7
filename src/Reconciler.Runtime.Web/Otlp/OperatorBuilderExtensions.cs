using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Runtime.Web.Otlp;

/// <summary>Adds the export of traces and metrics.</summary>
public static class OperatorBuilderExtensions
{
    /// <summary>
    /// Exports traces and metrics by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT (or that of one signal) is set; else it does nothing. Add it before the
    /// other parts: then it sees all of their life.
    /// </summary>
    /// <param name="builder">The operator.</param>
    /// <param name="environment">Where the OTEL_* variables are read from; the process' environment when null.</param>
    public static OperatorBuilder AddOpenTelemetry(this OperatorBuilder builder, IConfiguration? environment = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddPart(sp => new OtlpExport(
            environment ?? new ConfigurationBuilder().AddEnvironmentVariables().Build(),
            sp.GetRequiredService<OperatorSettings>(),
            sp.GetRequiredService<ILoggerFactory>(),
            sp.GetRequiredService<TimeProvider>()));
    }
}
