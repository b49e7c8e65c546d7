using System.Globalization;
using Reconciler.Xen.Host;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Devices;

/// <summary>
/// Reads the devices of domains, of any number of them in the time of one: three rounds of requests that are in flight together, the last
/// two only where there are devices.
/// </summary>
/// <remarks>
/// Which devices there are, and where their ends are, is read below <c>/libxl</c>: a guest can write <c>backend</c> and all else below
/// its own <c>device</c> directory, and remove it.
/// </remarks>
internal static class DeviceReader
{
    /// <summary>Where in <see cref="PathsOf"/> begins what only some devices have.</summary>
    private const int OfKind = 9;

    private static readonly DeviceKind[] Kinds = [DeviceKind.Vbd, DeviceKind.Vif];

    /// <summary>The devices of each domain, in the order of <paramref name="domids"/>.</summary>
    public static async Task<IReadOnlyList<DeviceNodes>[]> ReadAsync(IXenstore xenstore, IReadOnlyList<int> domids, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(domids.SelectMany(domid => Kinds.Select(kind => xenstore.TryListAsync($"/libxl/{domid}/device/{Name(kind)}", cancellationToken).AsTask())));
        List<(int Domain, DeviceRef Device)> devices = [];
        for (var i = 0; i < lists.Length; i++)
            foreach (var name in lists[i] ?? [])
                if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var devId))
                    devices.Add((i / Kinds.Length, new DeviceRef(Kinds[i % Kinds.Length], devId)));
        if (devices.Count == 0) return [.. domids.Select(_ => (IReadOnlyList<DeviceNodes>)[])];

        var read = await ReadAsync(xenstore, [.. devices.Select(device => (domids[device.Domain], device.Device))], cancellationToken);
        var byDomain = devices.Zip(read).Where(pair => pair.Second is not null).ToLookup(pair => pair.First.Domain, pair => pair.Second!);
        return [.. domids.Select((_, i) => (IReadOnlyList<DeviceNodes>)[.. byDomain[i]])];
    }

    /// <summary>One device; null: there is none.</summary>
    public static async Task<DeviceNodes?> ReadAsync(IXenstore xenstore, int domid, DeviceRef device, CancellationToken cancellationToken) =>
        (await ReadAsync(xenstore, [(domid, device)], cancellationToken))[0];

    /// <summary><c>vbd</c>, <c>vif</c>.</summary>
    public static string Name(DeviceKind kind) => kind is DeviceKind.Vbd ? "vbd" : "vif";

    private static async Task<DeviceNodes?[]> ReadAsync(IXenstore xenstore, (int Domid, DeviceRef Device)[] devices, CancellationToken cancellationToken)
    {
        var ends = await xenstore.ReadManyAsync(
            [.. devices.SelectMany(d => (string[])[$"/libxl/{d.Domid}/device/{Place(d.Device)}/backend", $"/libxl/{d.Domid}/device/{Place(d.Device)}/frontend"])], cancellationToken);
        var paths = devices.Select((d, i) => PathsOf(d.Domid, d.Device, ends[2 * i], ends[(2 * i) + 1])).ToArray();
        var values = await xenstore.ReadManyAsync([.. paths.SelectMany(path => path)], cancellationToken);

        var nodes = new DeviceNodes?[devices.Length];
        for (int i = 0, at = 0; i < devices.Length; at += paths[i++].Length)
            if (ends[2 * i] is { } backend)
                nodes[i] = Parse(devices[i].Device, backend, values.AsSpan(at, paths[i].Length));
        return nodes;
    }

    /// <remarks>In the order in which <see cref="Parse"/> takes their values.</remarks>
    private static string[] PathsOf(int domid, DeviceRef device, string? backend, string? frontend)
    {
        if (backend is null) return [];
        frontend ??= $"/local/domain/{domid}/device/{Place(device)}";
        return
        [
            $"{backend}/state", $"{frontend}/state", $"{backend}/hotplug-status", $"{backend}/hotplug-error",
            ErrorPath(backend), ErrorPath(frontend), $"{backend}/params", $"{backend}/mode", $"{backend}/mac",
            .. device.Kind is DeviceKind.Vif ? GuestAddresses.Nodes(device.DevId).Select(node => $"/local/domain/{domid}/{node}") : [],
            .. DeviceNodes.IsQemus(backend) ? [DeviceModelPath(domid)] : Array.Empty<string>(),
        ];
    }

    private static DeviceNodes Parse(DeviceRef device, string backend, ReadOnlySpan<string?> values) => new()
    {
        Ref = device,
        BackendPath = backend,
        Backend = StateOf(values[0]),
        Frontend = StateOf(values[1]),
        HotplugStatus = values[2],
        HotplugError = values[3],
        BackendError = values[4],
        FrontendError = values[5],
        Params = values[6],
        Mode = values[7],
        Mac = values[8],
        Addresses = device.Kind is DeviceKind.Vif ? GuestAddresses.Parse(values[OfKind..].ToArray()) : [],
        DeviceModelPid = DeviceNodes.IsQemus(backend) ? PidOf(values[OfKind]) : 0,
    };

    /// <summary>Where libxl writes the process id of the QEMU that it has started for a domain.</summary>
    public static string DeviceModelPath(int domid) => $"/local/domain/{domid}/image/device-model-pid";

    /// <summary>What is written there; 0: nothing that is one.</summary>
    public static int PidOf(string? value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    /// <summary>Where Linux' xenbus_dev_error puts it: <c>/local/domain/N/error/PATH/error</c> for <c>/local/domain/N/PATH</c>.</summary>
    private static string ErrorPath(string end)
    {
        var domainEnd = end.IndexOf('/', "/local/domain/".Length);
        return domainEnd < 0 ? $"{end}/error" : $"{end[..domainEnd]}/error{end[domainEnd..]}/error";
    }

    private static string Place(DeviceRef device) => $"{Name(device.Kind)}/{device.DevId}";

    private static XenbusState? StateOf(string? value) => value switch
    {
        null => null,
        _ when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var state) && Enum.IsDefined((XenbusState)state) => (XenbusState)state,
        _ => XenbusState.Unknown,
    };
}
