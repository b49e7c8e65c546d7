using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.Devices;
using Reconciler.Agent.Domains;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.HostLife.Service;
using Reconciler.Agent.HostLife.State;
using Reconciler.Agent.HostLife.Stopping;
using Reconciler.Agent.Hosts;
using Reconciler.Agent.Mapping;
using Reconciler.Agent.Networking;
using Reconciler.Agent.Storage;
using Reconciler.Agent.Storage.Loops;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Agent.Telemetry;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Placement;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Status;
using Reconciler.Runtime.Web.Endpoints;
using Reconciler.Runtime.Web.Otlp;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent;

/// <summary>What the agent is made of, in one place.</summary>
internal static class AgentComponents
{
    /// <summary>The application adds <see cref="IKubernetesClient"/> and <see cref="IXenHost"/>.</summary>
    public static OperatorBuilder RegisterComponents(this OperatorBuilder builder, AgentOptions options)
    {
        builder.AddOpenTelemetry();
        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(new NodeName(options.NodeName));
        services.AddSingleton<StatusBook>();
        services.AddSingleton(sp => new AgentMetrics(sp.GetRequiredService<IXenHost>(), sp.GetService<IMeterFactory>()));
        services.AddSingleton(sp => new StepLog(sp.GetRequiredService<ILoggerFactory>(), sp.GetRequiredService<AgentMetrics>()));
        services.AddSingleton(sp => new DomainPass(
            sp.GetRequiredService<IXenHost>(), sp.GetRequiredService<DeviceMapping>(), sp.GetRequiredService<DeviceSource>().FindAsync,
            sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<StepLog>(), sp.GetService<HostPhase>(), FailPoint.FromEnvironment()));
        services.AddSingleton<StrayDomains>();
        services.AddSingleton(sp => new Orphans(
            sp.GetRequiredService<IXenHost>(), sp.GetRequiredService<IKubernetesClient>(), options.NodeName, sp.GetService<OrphanGuard>() ?? OrphanGuard.None, sp.GetRequiredService<StrayDomains>(),
            sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILoggerFactory>().CreateLogger("Reconciler.Agent.Orphans"), sp.GetRequiredService<StepLog>(),
            sp.GetRequiredService<EventPublisher>()));
        services.AddSingleton(sp => new HostVoice(sp.GetRequiredService<TimeProvider>(), options.LeaseNamespace is not null));
        services.AddSingleton(sp => new HostClaim(sp.GetRequiredService<IKubernetesClient>(), options.NodeName, options.SystemUuid, sp.GetRequiredService<ILoggerFactory>().CreateLogger("Reconciler.Agent.HostClaim")));
        services.AddSingleton(sp => new HostObserver(
            sp.GetRequiredService<IXenHost>(), sp.GetRequiredService<HostOffers>(), sp.GetRequiredService<StrayDomains>(), sp.GetService<HostPhase>(),
            sp.GetRequiredService<IXenHost>() is LibxlHost ? new HostServiceLook(HostTools.Root) : null, options.NodeName,
            sp.GetRequiredService<ILoggerFactory>().CreateLogger("Reconciler.Agent.HostObserver")));
        services.AddSingleton(sp => new HostReporter(
            sp.GetRequiredService<HostObserver>(), sp.GetRequiredService<HostClaim>(), sp.GetRequiredService<HostVoice>(), sp.GetRequiredService<IKubernetesClient>(),
            sp.GetRequiredService<Store<XenHost>>(), options.NodeName, AgentVersion.Current, sp.GetRequiredService<RuntimeServices>()));
        services.AddSingleton(sp => new HostSignals(sp.GetRequiredService<IXenHost>(), sp.GetRequiredService<Store<Domain>>(), sp.GetRequiredService<HostReporter>(),
            sp.GetRequiredService<RuntimeServices>()));

        // Alone on its host the agent sees every Domain; beside an operator, those that are placed here (point 51).
        var selector = options.Standalone ? new ReflectorOptions() : new ReflectorOptions { LabelSelector = $"{XenApi.HostLabel}={options.NodeName}" };
        builder.AddStore<Domain>(selector, store => store.AddIndex(HostSignals.UidIndex, d => d.Metadata.Uid is { } uid ? [uid] : []));
        var concerned = builder.AddDevices(options, selector);
        builder.AddController<DomainController, Domain>(c => c
            .WithWorkers(options.Workers)
            .WithReconcileTimeout(TimeSpan.FromMinutes(5))
            .When(change => Predicates.Intent(change) || change.Old?.Status?.Host != change.New?.Status?.Host || change.Old?.Status?.Move != change.New?.Status?.Move || HostSilence.IsSilent(change.New))
            .Watches<Vbd>(DomainsByDevice.Of, DomainsByDevice.Concerns)
            .Watches<Vif>(DomainsByDevice.Of, DomainsByDevice.Concerns)
            .Watches<XenStoragePool>(concerned.Of, Predicates.Intent)
            .Watches<XenNetwork>(concerned.Of, Predicates.Intent)
            .WatchesKeys((sp, token) => sp.GetRequiredService<HostSignals>().KeysAsync(token))
            .WatchesKeys((sp, token) => sp.GetService<HostPhase>()?.KeysAsync(token) ?? Nothing())
            .WatchesKeys((sp, token) => sp.GetRequiredService<IStorage>().SignalsAsync(token)));
        if (options.Standalone)
            builder.AddPlacement();
        else
            builder.AddStore<XenHost>(new ReflectorOptions { FieldSelector = $"metadata.name={options.NodeName}" });
        if (options.LeaseNamespace is { } leases)
            builder.AddPart(sp => new HostLeaseRenewal(
                sp.GetRequiredService<LeaseClient>().Client, options.NodeName, leases, sp.GetRequiredService<HostClaim>(), sp.GetRequiredService<HostVoice>(), sp.GetRequiredService<RuntimeServices>()));
        if (options.LockFile is { } lockFile)
            services.AddSingleton<ILeadership>(sp => new HostLock(lockFile, sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILogger<HostLock>>()));
        if (options.HostLife is { } paths)
            builder.AddHostLife(paths, options);
        if (options.HealthPort is { } port)
            builder.AddEndpoints(new EndpointSettings { Port = port });
        builder.AddPart(sp => new LoopSweeping(
            sp.GetRequiredService<IXenHost>() is LibxlHost ? new LoopSweep() : null, sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILoggerFactory>().CreateLogger("Reconciler.Agent.Volumes")));
        return builder.AddPart(sp => new HostReporting(sp.GetRequiredService<HostReporter>()));
    }

    /// <summary>What is kept of the Domains for the host's start and stop, and the look for its stop.</summary>
    private static void AddHostLife(this OperatorBuilder builder, HostLifePaths paths, AgentOptions options)
    {
        builder.Services.AddSingleton(sp => new HostPhase(
            KeptDomains.Open(paths.Kept), new HostStopMark(paths.StopMark), sp.GetRequiredService<IXenHost>(), sp.GetRequiredService<Store<Domain>>(), options.Standalone,
            sp.GetRequiredService<TimeProvider>(), sp.GetRequiredService<ILoggerFactory>().CreateLogger("Reconciler.Agent.HostLife")));
        builder.AddPart(sp => new HostStopWatch(sp.GetRequiredService<HostPhase>(), sp.GetRequiredService<HostReporter>()));
    }

    private static async IAsyncEnumerable<ObjectKey> Nothing()
    {
        await Task.CompletedTask;
        yield break;
    }

    /// <summary>Fetches images: as they are at their URL (their sum is that of the file), and over few connections.</summary>
    private static HttpMessageInvoker Imports() => new(new SocketsHttpHandler
    {
        ConnectTimeout = TimeSpan.FromSeconds(15), MaxAutomaticRedirections = 5, UseCookies = false, Credentials = null,
    });

    /// <summary>What stands behind disks and NICs, and the stores of what asks for them.</summary>
    private static DomainsByDevice AddDevices(this OperatorBuilder builder, AgentOptions options, ReflectorOptions selector)
    {
        var services = builder.Services;
        services.AddSingleton<IStorage>(sp => sp.GetRequiredService<IXenHost>() is SimulatedHost simulated
            ? new SimulatedStorage(simulated.Files, options.SimulatedVolumes)
            : new LocalStorage(
                options.Policy, new HostTools(), Imports(), new DiskWriters(sp.GetRequiredService<IXenHost>()).OfAsync, sp.GetRequiredService<TimeProvider>(),
                sp.GetRequiredService<ILoggerFactory>().CreateLogger("Reconciler.Agent.Volumes")));
        services.AddSingleton<IBridges>(sp => sp.GetRequiredService<IXenHost>() is SimulatedHost simulated
            ? new SimulatedBridges(simulated.Files)
            : new KernelBridges(options.Policy));
        services.AddSingleton(sp => new DeviceMapping(options.NodeName, sp.GetRequiredService<IStorage>(), sp.GetRequiredService<IBridges>()));
        services.AddSingleton<DeviceSource>();
        services.AddSingleton<LeftDevices>();
        services.AddSingleton<HostOffers>();
        services.AddSingleton(sp => new DeviceReporter(
            sp.GetRequiredService<IKubernetesClient>(),
            new StatusWriter(sp.GetRequiredService<IKubernetesClient>(), XenApi.AgentStatusFieldManager, sp.GetRequiredService<RuntimeServices>()),
            sp.GetRequiredService<EventPublisher>(),
            sp.GetRequiredService<IStorage>()));

        var concerned = new DomainsByDevice();
        builder.AddStore<Vbd>(selector, concerned.AddTo).AddStore<Vif>(selector, concerned.AddTo).AddStore<XenStoragePool>().AddStore<XenNetwork>();
        return concerned;
    }
}
