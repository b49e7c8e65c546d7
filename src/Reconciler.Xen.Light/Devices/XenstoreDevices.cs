using System.Globalization;
using Reconciler.Xen.Host;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Devices;

/// <summary>The worker's own connection to xenstored, made when it is first needed. Each call waits for its answer: a worker does one thing at a time.</summary>
internal sealed class XenstoreDevices : IDeviceStore, IAsyncDisposable
{
    /// <summary>Less than any operation has, so that it is this that is said.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private XenstoreClient? _xenstore;

    public DeviceNodes? Find(int domid, DeviceRef device) => Ask((xenstore, stop) => DeviceReader.ReadAsync(xenstore, domid, device, stop));

    /// <remarks>One of two places that write nodes: what <c>libxl__initiate_device_generic_remove</c> writes first, without the waiting, and the
    /// forcing after it, that it does next. See docs/decisions/0010.
    /// </remarks>
    public void Close(DomainRef domain, DeviceNodes device) => Ask(async (xenstore, stop) => await xenstore.TransactAsync(
        async (transaction, cancellation) =>
        {
            var state = $"{device.BackendPath}/state";
            await RequireSameAsync(transaction, domain, "request-detach", cancellation);
            if (await transaction.TryReadAsync(state, cancellation) is not { } value) return false;
            await transaction.WriteAsync($"{device.BackendPath}/online", "0", cancellation);
            if (value != Number(XenbusState.Closed)) await transaction.WriteAsync(state, Number(XenbusState.Closing), cancellation);
            return true;
        },
        stop));

    /// <remarks>The other place. The node is read by the driver alone, and watched by it (xen_net_rate_changed). See docs/decisions/0012.</remarks>
    public void SetRate(DomainRef domain, DeviceNodes device, string? rate) => Ask(async (xenstore, stop) => await xenstore.TransactAsync(
        async (transaction, cancellation) =>
        {
            var node = $"{device.BackendPath}/rate";
            await RequireSameAsync(transaction, domain, "configure-nic", cancellation);
            if (await transaction.TryReadAsync($"{device.BackendPath}/state", cancellation) is null) return false;
            var value = await transaction.TryReadAsync(node, cancellation);
            if (value == rate) return false;
            if (rate is null) await transaction.RemoveAsync(node, cancellation);
            else await transaction.WriteAsync(node, rate, cancellation);
            return true;
        },
        stop));

    public IReadOnlyList<ServedNic> ServedNics() => Ask<IReadOnlyList<ServedNic>>(async (xenstore, stop) =>
    {
        const string vifs = "/local/domain/0/backend/vif";
        var domids = await xenstore.TryListAsync(vifs, stop) ?? [];
        var lists = await Task.WhenAll(domids.Select(domid => xenstore.TryListAsync($"{vifs}/{domid}", stop).AsTask()));
        var nics = domids.Zip(lists).SelectMany(pair => (pair.Second ?? []).Select(index => (Domid: pair.First, Index: index))).ToArray();
        var macs = await xenstore.ReadManyAsync([.. nics.Select(nic => $"{vifs}/{nic.Domid}/{nic.Index}/mac")], stop);
        return
        [
            .. nics.Zip(macs).Where(pair => pair.Second is not null)
                .Select(pair => new ServedNic(int.Parse(pair.First.Domid, CultureInfo.InvariantCulture), int.Parse(pair.First.Index, CultureInfo.InvariantCulture), pair.Second!)),
        ];
    });

    public bool HasDeviceModel(int domid) => Ask(async (xenstore, stop) =>
        (await xenstore.ReadManyAsync([DeviceReader.DeviceModelPath(domid), $"/local/domain/{domid}/image/device-model-domid"], stop)).Any(value => value is not null));

    public IReadOnlyList<ServedDisk> ServedDisks() => Ask<IReadOnlyList<ServedDisk>>(async (xenstore, stop) =>
    {
        string[] kinds = ["/local/domain/0/backend/vbd", "/local/domain/0/backend/qdisk"];
        var domains = await ListAsync(kinds);
        var disks = await ListAsync(domains);
        var values = await xenstore.ReadManyAsync([.. disks.SelectMany(disk => (string[])[$"{disk}/params", $"{disk}/mode", $"{disk}/node"])], stop);
        return
        [
            .. disks.Select((disk, i) => (Backend: disk.Split('/'), Params: values[3 * i], Mode: values[(3 * i) + 1], Node: values[(3 * i) + 2]))
                .Where(disk => disk.Params is not null)
                .Select(disk => new ServedDisk(int.Parse(disk.Backend[^2], CultureInfo.InvariantCulture), PathOf(disk.Backend[^3], disk.Params!), disk.Mode is not "r", disk.Node)),
        ];

        async Task<string[]> ListAsync(string[] directories)
        {
            var lists = await Task.WhenAll(directories.Select(directory => xenstore.TryListAsync(directory, stop).AsTask()));
            return [.. directories.Zip(lists).SelectMany(pair => (pair.Second ?? []).Select(name => $"{pair.First}/{name}"))];
        }

        static string PathOf(string kind, string parameters) => kind is "qdisk" ? parameters[(parameters.IndexOf(':', StringComparison.Ordinal) + 1)..] : parameters;
    });

    public async ValueTask DisposeAsync()
    {
        if (_xenstore is not null) await _xenstore.DisposeAsync();
    }

    private T Ask<T>(Func<XenstoreClient, CancellationToken, Task<T>> question)
    {
        _xenstore ??= XenstoreClient.Start();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            return AskAsync(_xenstore, question, patience.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is XenstoreException or OperationCanceledException)
        {
            var why = _xenstore.DisconnectReason?.Message ?? (e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : e.Message);
            throw new XenException(XenErrorCode.Unavailable, "xenstore", $"xenstored can't be asked: {why}", e);
        }
    }

    private static async Task<T> AskAsync<T>(XenstoreClient xenstore, Func<XenstoreClient, CancellationToken, Task<T>> question, CancellationToken stop)
    {
        await xenstore.WaitUntilConnectedAsync(stop);
        return await question(xenstore, stop);
    }

    private static async Task RequireSameAsync(XenstoreTransaction transaction, DomainRef domain, string operation, CancellationToken cancellationToken)
    {
        if (await transaction.TryReadAsync($"/local/domain/{domain.Domid}/vm", cancellationToken) != $"/vm/{domain.Uuid}")
            throw new XenException(XenErrorCode.Stale, operation, $"{domain}: there is no such domain any more");
    }

    private static string Number(XenbusState state) => ((int)state).ToString(CultureInfo.InvariantCulture);
}
