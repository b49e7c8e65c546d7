using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Status;
using Reconciler.Runtime.Telemetry;

namespace Reconciler.Runtime.Hosting;

/// <summary>Adds an operator to an application.</summary>
public static class OperatorServiceCollectionExtensions
{
    /// <summary>Adds the client that the operator is to use, measured and traced by an <see cref="InstrumentedClient"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="client">The API: a server, or an embedded store. Not disposed with the services.</param>
    public static IServiceCollection AddKubernetesClient(this IServiceCollection services, IKubernetesClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return services.AddSingleton<IKubernetesClient>(sp =>
            new InstrumentedClient(client, sp.GetRequiredService<RuntimeMetrics>(), sp.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Adds a client that Leases are renewed by, with <see cref="LeaseClient.Options"/>. Without it they are renewed by the one for everything. Not disposed.</summary>
    public static IServiceCollection AddLeaseClient(this IServiceCollection services, IKubernetesClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return services.AddSingleton(sp =>
            new LeaseClient(new InstrumentedClient(client, sp.GetRequiredService<RuntimeMetrics>(), sp.GetRequiredService<TimeProvider>())));
    }

    /// <summary>Adds an operator. The application adds the client that it is to use: <see cref="AddKubernetesClient"/>.</summary>
    /// <example><code>
    /// builder.Services.AddKubernetesClient(client);
    /// builder.AddKubernetesOperator(s => s.Name = "reconciler-operator").RegisterComponents();
    /// </code></example>
    public static OperatorBuilder AddKubernetesOperator(this IHostApplicationBuilder builder, Action<OperatorSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddKubernetesOperator(configure);
    }

    /// <summary>
    /// Adds an operator: <see cref="EventPublisher"/>, <see cref="StatusWriter"/>, <see cref="OperatorHealth"/> and
    /// <see cref="RuntimeMetrics"/> become available, and what is added to the builder runs with the host.
    /// </summary>
    public static OperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorSettings>? configure = null)
    {
        var settings = new OperatorSettings();
        configure?.Invoke(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(sp => new OperatorHealth(sp.GetRequiredService<TimeProvider>()));
        services.AddSingleton(sp => new RuntimeMetrics(sp.GetService<IMeterFactory>()));
        services.AddSingleton(sp => new RuntimeServices
        {
            Time = sp.GetRequiredService<TimeProvider>(),
            LoggerFactory = sp.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            Metrics = sp.GetRequiredService<RuntimeMetrics>(),
            Health = sp.GetRequiredService<OperatorHealth>(),
        });
        services.AddSingleton(sp => new EventPublisher(
            sp.GetRequiredService<IKubernetesClient>(), settings.Name, settings.Instance, sp.GetRequiredService<RuntimeServices>()));
        services.AddSingleton(sp => new StatusWriter(sp.GetRequiredService<IKubernetesClient>(), settings.Name, sp.GetRequiredService<RuntimeServices>()));
        services.TryAddSingleton(sp => new LeaseClient(sp.GetRequiredService<IKubernetesClient>()));
        if (settings.LeaderElection is { } election)
        {
            services.AddSingleton(sp => new LeaderElector(sp.GetRequiredService<LeaseClient>().Client, election, sp.GetRequiredService<RuntimeServices>()));
            services.AddSingleton<ILeadership>(sp => sp.GetRequiredService<LeaderElector>());
        }

        services.AddSingleton<IHostedService>(sp => new OperatorHost(
            sp.GetServices<IOperatorPart>(),
            sp.GetServices<IReflector>(),
            sp.GetServices<ControllerRegistration>(),
            sp.GetRequiredService<EventPublisher>(),
            sp.GetService<ILeadership>(),
            settings,
            sp.GetRequiredService<IHostApplicationLifetime>(),
            sp.GetRequiredService<RuntimeServices>()));
        return new OperatorBuilder(services);
    }
}
