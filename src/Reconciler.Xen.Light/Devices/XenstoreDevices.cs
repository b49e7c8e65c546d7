using Reconciler.Xen.Host;
using Reconciler.Xen.Store;

namespace Reconciler.Xen.Light.Devices;

/// <summary>The worker's own connection to xenstored, made when it is first needed. Each call waits for its answer: a worker does one thing at a time.</summary>
internal sealed class XenstoreDevices : IDeviceStore, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private XenstoreClient? _xenstore;

    public DeviceNodes? Find(int domid, DeviceRef device) => Ask((xenstore, stop) => DeviceReader.ReadAsync(xenstore, domid, device, stop));

    /// <remarks>
    /// The only nodes that are ever written: what <c>libxl__initiate_device_generic_remove</c> writes first, without the waiting, and the
    /// forcing after it, that it does next. See docs/decisions/0010.
    /// </remarks>
    public void Close(DomainRef domain, DeviceNodes device) => Ask(async (xenstore, stop) => await xenstore.TransactAsync(
        async (transaction, cancellation) =>
        {
            var state = $"{device.BackendPath}/state";
            if (await transaction.TryReadAsync($"/local/domain/{domain.Domid}/vm", cancellation) != $"/vm/{domain.Uuid}")
                throw new XenException(XenErrorCode.Stale, "request-detach", $"{domain}: there is no such domain any more");
            if (await transaction.TryReadAsync(state, cancellation) is not { } value) return false;
            await transaction.WriteAsync($"{device.BackendPath}/online", "0", cancellation);
            if (value != Number(XenbusState.Closed)) await transaction.WriteAsync(state, Number(XenbusState.Closing), cancellation);
            return true;
        },
        stop));

    public bool HasDeviceModel(int domid) => Ask(async (xenstore, stop) =>
        (await xenstore.ReadManyAsync([$"/local/domain/{domid}/image/device-model-pid", $"/local/domain/{domid}/image/device-model-domid"], stop)).Any(value => value is not null));

    public IReadOnlySet<string> LoopDevicesInUse() => Ask(async (xenstore, stop) =>
    {
        const string Disks = "/local/domain/0/backend/vbd";
        var domids = await xenstore.TryListAsync(Disks, stop) ?? [];
        var disks = await Task.WhenAll(domids.Select(domid => xenstore.TryListAsync($"{Disks}/{domid}", stop).AsTask()));
        var nodes = await xenstore.ReadManyAsync([.. domids.Zip(disks).SelectMany(d => (d.Second ?? []).Select(disk => $"{Disks}/{d.First}/{disk}/node"))], stop);
        return nodes.OfType<string>().ToHashSet(StringComparer.Ordinal);
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
            throw new XenException(XenErrorCode.Unavailable, "xenstore", $"xenstored can't be asked: {_xenstore.DisconnectReason?.Message ?? e.Message}", e);
        }
    }

    private static async Task<T> AskAsync<T>(XenstoreClient xenstore, Func<XenstoreClient, CancellationToken, Task<T>> question, CancellationToken stop)
    {
        await xenstore.WaitUntilConnectedAsync(stop);
        return await question(xenstore, stop);
    }

    private static string Number(XenbusState state) => ((int)state).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
