using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Placement.Devices;
using Reconciler.Placement.Offers;
using Reconciler.Placement.Templates;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Status;

namespace Reconciler.Placement;

/// <summary>Disks and NICs, the templates that make them, and the pools and networks that they are on.</summary>
internal static class DeviceComponents
{
    private const string OwnerIndex = "owner";

    public static DeviceIndex<Vbd> IndexOfVbds() => new(vbd => vbd.Spec?.Domain, DeviceClaims.Of, vbd => vbd.Status?.Claims, DeviceClaims.PoolOf);

    public static DeviceIndex<Vif> IndexOfVifs() => new(vif => vif.Spec?.Domain, DeviceClaims.Of, vif => vif.Status?.Claims, DeviceClaims.NetworkOf);

    public static OperatorBuilder AddDevices(this OperatorBuilder builder, DeviceIndex<Vbd> disks, DeviceIndex<Vif> nics)
    {
        return builder
            .AddStore<XenStoragePool>()
            .AddStore<XenNetwork>()
            .AddDevice(disks, DeviceFacts.Of, sp => new VbdKind(sp.GetRequiredService<Store<XenStoragePool>>()), controller => controller
                .Watches<XenStoragePool>(pool => disks.At(pool.Metadata.Name!), Predicates.Intent))
            .AddDevice(nics, DeviceFacts.Of, sp => new VifKind(sp.GetRequiredService<Store<XenNetwork>>()), controller => controller
                .Watches<XenNetwork>(network => nics.At(network.Metadata.Name!), Predicates.Intent))
            .AddOffer(disks, _ => new PoolKind(disks), host => host.Status?.StoragePools?.Select(pool => pool.Name))
            .AddOffer(nics, _ => new NetworkKind(nics), host => host.Status?.Networks?.Select(network => network.Name))
            .AddTemplates();
    }

    private static OperatorBuilder AddDevice<T>(
        this OperatorBuilder builder, DeviceIndex<T> index, Func<T, DeviceFacts> facts, Func<IServiceProvider, IDeviceKind<T>> kind, Action<ControllerBuilder<T>> watches)
        where T : class, IResource<T> => builder
        .AddStore<T>(configure: index.AddTo)
        .AddStore<T>(configure: store => store.AddIndex(
            OwnerIndex, device => device.Metadata.OwnerReferences?.Where(owner => owner.Controller == true).Select(owner => owner.Uid) ?? []))
        .AddController<T>(
            sp => new DeviceController<T>(
                kind(sp),
                sp.GetRequiredService<IKubernetesClient>(),
                sp.GetRequiredService<Store<Domain>>(),
                index,
                Writer(sp, XenApi.OperatorStatusFieldManager),
                sp.GetRequiredService<EventPublisher>(),
                sp.GetRequiredService<TimeProvider>(),
                sp.GetRequiredService<ILoggerFactory>().CreateLogger(Name<T>())),
            Name<T>(),
            // One worker: a decision counts on what the one before it has given.
            controller =>
            {
                watches(controller
                    .When(change => DeviceTriggers.OfDevice(change, facts))
                    .Watches<Domain>(index.Of, DeviceTriggers.OfDomain)
                    .Watches<T>(device => index.Beside(device).Select(ObjectKey.Of), change => DeviceTriggers.OfNeighbour(change, facts))
                    .WithWorkers(1));
            });

    private static OperatorBuilder AddOffer<T, TDevice>(
        this OperatorBuilder builder, DeviceIndex<TDevice> users, Func<IServiceProvider, IOfferKind<T>> kind, Func<XenHost, IEnumerable<string>?> reported)
        where T : class, IResource<T>
        where TDevice : class, IResource<TDevice> => builder
        .AddController<T>(
            sp => new OfferController<T>(
                kind(sp),
                sp.GetRequiredService<IKubernetesClient>(),
                sp.GetRequiredService<Store<XenHost>>(),
                Writer(sp, XenApi.OperatorStatusFieldManager),
                sp.GetRequiredService<TimeProvider>()),
            $"{Kind<T>.Definition.Kind}Controller",
            controller => controller
                .Watches<XenHost>(host => (reported(host) ?? []).Select(name => new ObjectKey(null, name)))
                .Watches<TDevice>(device => users.Offers(device).Select(name => new ObjectKey(null, name))));

    private static OperatorBuilder AddTemplates(this OperatorBuilder builder) => builder.AddController<Domain>(
        sp => new TemplateController(
            new TemplateObjects<Vbd>(sp.GetRequiredService<IKubernetesClient>(), sp.GetRequiredService<Store<Vbd>>(), OwnerIndex),
            new TemplateObjects<Vif>(sp.GetRequiredService<IKubernetesClient>(), sp.GetRequiredService<Store<Vif>>(), OwnerIndex),
            Writer(sp, XenApi.TemplateStatusFieldManager),
            sp.GetRequiredService<TimeProvider>()),
        nameof(TemplateController),
        controller => controller
            .Watches<Vbd>(Owner, Predicates.Intent)
            .Watches<Vif>(Owner, Predicates.Intent));

    private static IEnumerable<ObjectKey> Owner(IKubernetesObject device) =>
        (device.Metadata.OwnerReferences ?? [])
            .Where(owner => owner.Controller == true && owner.Kind == Domain.Definition.Kind)
            .Select(owner => new ObjectKey(device.Metadata.Namespace, owner.Name));

    private static string Name<T>()
        where T : class, IResource<T> => $"{Kind<T>.Definition.Kind}Controller";

    /// <summary>A writer of the status fields of one field manager.</summary>
    internal static StatusWriter Writer(IServiceProvider services, string fieldManager) =>
        new(services.GetRequiredService<IKubernetesClient>(), fieldManager, services.GetRequiredService<RuntimeServices>());
}
