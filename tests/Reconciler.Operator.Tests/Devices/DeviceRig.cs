using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator.Tests.Devices;

/// <summary>Devices, pools and networks of an <see cref="OperatorRig"/>.</summary>
internal static class DeviceRig
{
    private static readonly ApplyOptions AsUser = new("user");

    public static VbdSource Volume(string name = "web", string pool = "pool") => new() { Volume = new VolumeSource { Pool = pool, Name = name } };

    public static Task<Vbd> ApplyVbdAsync(this OperatorRig rig, string name, string device = "xvda", string domain = "web", VbdSource? source = null) => rig.Store.ApplyAsync(
        new Vbd { Metadata = Named(name), Spec = new VbdSpec { Domain = domain, Device = device, Source = source ?? Volume() } }, AsUser, CancellationToken.None);

    public static Task<Vif> ApplyVifAsync(this OperatorRig rig, string name, int index = 0, string? mac = null) => rig.Store.ApplyAsync(
        new Vif { Metadata = Named(name), Spec = new VifSpec { Domain = "web", Index = index, Network = "lan", MacAddress = mac } }, AsUser, CancellationToken.None);

    public static Task<XenStoragePool> ApplyPoolAsync(this OperatorRig rig, string name = "pool", XenStoragePoolSpec? spec = null) => rig.Store.ApplyAsync(
        new XenStoragePool { Metadata = new ObjectMeta { Name = name }, Spec = spec ?? new XenStoragePoolSpec { Directory = new DirectoryPool { Path = "/srv/pool" } } },
        AsUser,
        CancellationToken.None);

    public static Task<XenNetwork> ApplyNetworkAsync(this OperatorRig rig, string name = "lan") => rig.Store.ApplyAsync(
        new XenNetwork { Metadata = new ObjectMeta { Name = name }, Spec = new XenNetworkSpec { Bridge = "xenbr0" } }, AsUser, CancellationToken.None);

    /// <summary>Makes or changes a Domain with these templates.</summary>
    public static Task<Domain> ApplyTemplatesAsync(this OperatorRig rig, VbdTemplate[] vbds, params VifTemplate[] vifs) => rig.Store.ApplyAsync(
        new Domain
        {
            Metadata = Named("web"),
            Spec = new DomainSpec
            {
                Memory = new MemorySpec { Size = "64Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" }, VbdTemplates = vbds, VifTemplates = vifs,
            },
        },
        AsUser,
        CancellationToken.None);

    public static Task<T?> GetAsync<T>(this OperatorRig rig, string name)
        where T : class, IResource<T> => rig.Store.GetAsync<T>(name, T.Definition.Namespaced ? "default" : null, CancellationToken.None);

    public static Task DeleteAsync<T>(this OperatorRig rig, string name)
        where T : class, IResource<T> => rig.Store.DeleteAsync<T>(name, T.Definition.Namespaced ? "default" : null, new DeleteOptions(), CancellationToken.None);

    /// <summary>What the agent does that has nothing left of an object: its finalizer goes.</summary>
    public static async Task ReleaseAsync<T>(this OperatorRig rig, string name)
        where T : class, IResource<T>
    {
        var entity = (await rig.GetAsync<T>(name))!;
        var path = $"/metadata/finalizers/{entity.Metadata.Finalizers!.ToList().IndexOf(XenApi.ReleaseFinalizer)}";
        await rig.Store.PatchAsync<T>(name, "default", new JsonPatch().Test(path, XenApi.ReleaseFinalizer).Remove(path), CancellationToken.None);
    }

    /// <summary>What the agent of a disk's host writes of it.</summary>
    public static async Task ReportAttachedAsync(this OperatorRig rig, string name)
    {
        var vbd = (await rig.GetAsync<Vbd>(name))!;
        await rig.Store.ApplyStatusAsync(
            new Vbd
            {
                Metadata = Named(name),
                Status = new VbdStatus
                {
                    ObservedGeneration = vbd.Metadata.Generation,
                    State = "Attached",
                    Conditions = [(vbd.Status?.Conditions).Next(DeviceReadyCondition.Type, "True", DeviceReadyCondition.Attached, "", vbd.Metadata.Generation, DateTimeOffset.UnixEpoch)],
                },
            },
            new ApplyOptions(XenApi.AgentStatusFieldManager),
            CancellationToken.None);
    }

    public static Task ReportPoolAsync(this OperatorRig rig, string host, bool ready, string message = "") => rig.Store.ApplyStatusAsync(
        new XenHost { Metadata = new ObjectMeta { Name = host }, Status = new XenHostStatus { StoragePools = [new HostStoragePool { Name = "pool", Ready = ready, Message = message }] } },
        new ApplyOptions("pools"),
        CancellationToken.None);

    public static Task UntilAsync<T>(this OperatorRig rig, string name, Func<T, bool> holds)
        where T : class, IResource<T> => rig.UntilAsync(async () => await rig.GetAsync<T>(name) is { } entity && holds(entity));

    public static Task UntilGoneAsync<T>(this OperatorRig rig, string name)
        where T : class, IResource<T> => rig.UntilAsync(async () => await rig.GetAsync<T>(name) is null);

    public static Task UntilGivenAsync(this OperatorRig rig, string vbd) => rig.UntilAsync<Vbd>(vbd, disk => Label(disk) is not null);

    public static Task UntilAcceptedAsync(this OperatorRig rig, string vbd, string accepted) =>
        rig.UntilAsync<Vbd>(vbd, disk => Say(disk.Status?.Conditions, "Accepted") == accepted);

    public static Task UntilReadyAsync(this OperatorRig rig, string vbd, string ready) =>
        rig.UntilAsync<Vbd>(vbd, disk => Say(disk.Status?.Conditions, "Ready") == ready);

    public static string? Label(IKubernetesObject entity) => entity.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel);

    public static string Say(IReadOnlyList<Condition>? conditions, string type) => conditions.Find(type) is { } condition ? $"{condition.Status} {condition.Reason}" : "";

    private static ObjectMeta Named(string name) => new() { Namespace = "default", Name = name };
}
