using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Runtime.Web.Otlp;

/// <summary>Sends traces and metrics to an OpenTelemetry collector, by OTLP, when the environment names one.</summary>
/// <remarks>
/// Everything but whether it is on is read by OpenTelemetry's SDK itself, from the standard variables. Nothing waits for the collector:
/// spans and measurements are kept in bounded memory, sent from threads of the SDK, and dropped while it can't be reached.
/// </remarks>
internal sealed class OtlpExport(IConfiguration environment, OperatorSettings settings, ILoggerFactory loggers, TimeProvider time) : IOperatorPart, IDisposable
{
    /// <summary>What is left unsent at the end may take this long.</summary>
    private static readonly TimeSpan Flush = TimeSpan.FromSeconds(2);

    private TracerProvider? _traces;
    private MeterProvider? _metrics;
    private ExportWarnings? _warnings;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Probes;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsOn("TRACES") && !IsOn("METRICS"))
        {
            return Task.CompletedTask;
        }

        _warnings = new ExportWarnings(loggers.CreateLogger("Reconciler.Runtime.Otlp"), time);
        if (IsOn("TRACES"))
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(environment))
                .SetResourceBuilder(Resource())
                .AddSource("Reconciler.*")
                .AddOtlpExporter()
                .Build();
        }

        if (IsOn("METRICS"))
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(environment))
                .SetResourceBuilder(Resource())
                .AddMeter("Reconciler.*", "System.Runtime", "System.Net.Http")
                .AddOtlpExporter()
                .Build();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var limit = (int)Flush.TotalMilliseconds;
        await Task.WhenAll(Task.Run(() => _traces?.Shutdown(limit), CancellationToken.None), Task.Run(() => _metrics?.Shutdown(limit), CancellationToken.None));
        Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
        _warnings?.Dispose();
        (_traces, _metrics, _warnings) = (null, null, null);
    }

    /// <summary>
    /// The specification sends to localhost when no endpoint is named; on a host that has no collector that would be noise, so an endpoint is needed.
    /// </summary>
    private bool IsOn(string signal) =>
        !string.Equals(environment["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(environment[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase)
        && (environment["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } || environment[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 });

    /// <summary>The variables come last: they win.</summary>
    private ResourceBuilder Resource() => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(settings.Name, serviceVersion: Version, autoGenerateServiceInstanceId: false, serviceInstanceId: settings.Instance)
        .AddEnvironmentVariableDetector();

    private static string? Version =>
        typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
}
