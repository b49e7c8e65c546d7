using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Web.Metrics;

namespace Reconciler.Runtime.Web.Endpoints;

/// <summary>Adds the operator's web parts.</summary>
public static class OperatorBuilderExtensions
{
    /// <summary>Serves /healthz, /readyz and /metrics.</summary>
    public static OperatorBuilder AddEndpoints(this OperatorBuilder builder, EndpointSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(sp => new PrometheusExporter(sp.GetService<IMeterFactory>()));
        builder.Services.AddSingleton(sp => new OperatorEndpoints(
            settings ?? new EndpointSettings(),
            sp.GetRequiredService<OperatorHealth>(),
            sp.GetRequiredService<PrometheusExporter>(),
            sp.GetRequiredService<ILoggerFactory>()));
        return builder.AddPart(sp => sp.GetRequiredService<OperatorEndpoints>());
    }
}
