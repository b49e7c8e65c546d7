using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Draining;
using Reconciler.Placement.Hosts;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Hosting;

namespace Reconciler.Placement;

/// <summary>Accepts and places Domains and their devices: the operator's work, and that of an agent without an operator.</summary>
public static class PlacementComponents
{
    /// <summary>Adds the controllers and the stores that they read. Their writes carry the operator's field managers, whoever does them.</summary>
    public static OperatorBuilder AddPlacement(this OperatorBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var needs = new DomainsByNeed();
        var (vbds, vifs) = (DeviceComponents.IndexOfVbds(), DeviceComponents.IndexOfVifs());
        return builder
            .AddStore<XenHost>()
            .AddController<Domain>(
                sp => new PlacementController(
                    sp.GetRequiredService<IKubernetesClient>(),
                    new ClusterView(sp.GetRequiredService<Store<Domain>>(), sp.GetRequiredService<Store<XenHost>>()),
                    new DomainRequests(vbds, vifs, sp.GetRequiredService<Store<XenStoragePool>>(), sp.GetRequiredService<TimeProvider>()),
                    DeviceComponents.Writer(sp, XenApi.OperatorStatusFieldManager),
                    sp.GetRequiredService<EventPublisher>(),
                    new OwnWrites(),
                    needs,
                    sp.GetRequiredService<TimeProvider>(),
                    sp.GetRequiredService<ILogger<PlacementController>>()),
                nameof(PlacementController),
                // One decides at a time; the others wait for the API server, which takes most of a placement's time.
                controller => controller
                    .When(PlacementTriggers.OfDomain)
                    .Watches<XenHost>(_ => needs.Waiting)
                    .Watches<XenHost>(needs.On, PlacementTriggers.HostCameOrWent)
                    .Watches<Domain>(_ => needs.Waiting, PlacementTriggers.MakesRoom)
                    .Watches<Vbd>(vbd => DomainOf(vbd.Metadata, vbd.Spec?.Domain).SelectMany(needs.IfWaiting), Predicates.Intent)
                    .Watches<Vif>(vif => DomainOf(vif.Metadata, vif.Spec?.Domain).SelectMany(needs.IfWaiting), Predicates.Intent)
                    .Watches<XenStoragePool>(_ => needs.Waiting, Predicates.Intent)
                    .WithWorkers(8))
            .AddDevices(vbds, vifs);
    }

    private static IEnumerable<ObjectKey> DomainOf(ObjectMeta device, string? domain) => domain is null ? [] : [new ObjectKey(device.Namespace, domain)];

    /// <summary>Adds the look at the leases of agents, and at the Nodes that the hosts are: in a cluster only, an agent of its own has nobody that would miss it.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="leaseNamespace">Where the agents' leases are.</param>
    /// <param name="guards">The guards by which a drain of a Node becomes one of its host; null: there are none, and a drain is a cordon.</param>
    public static OperatorBuilder AddHostLeases(this OperatorBuilder builder, string leaseNamespace, HostGuardSettings? guards = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (guards is not null) builder.AddGuards(guards);
        return builder
            .AddStore<Lease>(new ReflectorOptions { Namespace = leaseNamespace })
            .AddController<XenHost>(
                sp => new HostController(
                    sp.GetRequiredService<Store<Lease>>(),
                    leaseNamespace,
                    sp.GetRequiredService<Store<Node>>(),
                    guards is null ? null : sp.GetRequiredService<Store<Pod>>(),
                    sp.GetRequiredService<Store<Domain>>(),
                    new HostSigns(sp.GetRequiredService<TimeProvider>()),
                    DeviceComponents.Writer(sp, XenApi.OperatorStatusFieldManager),
                    sp.GetRequiredService<EventPublisher>(),
                    sp.GetRequiredService<TimeProvider>(),
                    sp.GetRequiredService<ILogger<HostController>>()),
                nameof(HostController),
                controller =>
                {
                    controller
                        .When(HostTriggers.OfHost)
                        .Watches<Lease>(HostTriggers.Of)
                        .Watches<Node>(HostTriggers.Of, HostTriggers.OfNode)
                        .Watches<Domain>(HostTriggers.Of, HostTriggers.OfDomain);
                    if (guards is not null) controller.Watches<Pod>(HostGuardTriggers.Of, HostTriggers.OfGuard);
                });
    }

    private static void AddGuards(this OperatorBuilder builder, HostGuardSettings settings)
    {
        builder.Services.AddSingleton(settings).AddSingleton<HostGuardEvictions>();
        builder
            .AddStore<Pod>(new ReflectorOptions { Namespace = settings.Namespace, LabelSelector = $"{HostGuard.ApplicationLabel}={HostGuard.Application}" })
            .AddStore<Domain>(configure: store => store.AddIndex(
                HostGuardController.HostIndex, domain => Evacuation.HostToLeave(domain) is { } host ? [host] : []))
            .AddController<HostGuardController, XenHost>(controller => controller
                .When(HostGuardTriggers.OfHost)
                .Watches<Pod>(HostGuardTriggers.Of)
                .Watches<Node>(HostTriggers.Of, HostTriggers.OfNode)
                .Watches<Domain>(HostGuardTriggers.Of, HostGuardTriggers.OfDomain));
    }
}
