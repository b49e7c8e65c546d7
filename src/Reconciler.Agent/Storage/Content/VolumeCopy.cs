using Reconciler.Agent.Storage.Work;
using Reconciler.Api.Conditions;
using Reconciler.Xen.Light.Devices;

namespace Reconciler.Agent.Storage.Content;

/// <summary>Copies another volume that this host reaches.</summary>
/// <param name="path">Its real path.</param>
/// <param name="name">As messages name it.</param>
/// <param name="writerOf">Who on this host may write to a path: a copy of what is being written to is a torn one.</param>
internal sealed class VolumeCopy(string path, string name, Func<string, CancellationToken, Task<string?>> writerOf) : IOrigin
{
    private const int Chunk = 1 << 20;

    /// <inheritdoc/>
    public async Task CopyToAsync(SparseWriter writer, long? limit, VolumeJob job, CancellationToken cancellationToken)
    {
        var step = $"Copying {name}";
        job.Begin(step);
        await RefuseWriterAsync(cancellationToken);
        var before = File.GetLastWriteTimeUtc(path);
        using (var source = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        {
            var length = BlockDevice.SizeOf(path) ?? RandomAccess.GetLength(source);
            if (length > limit)
                throw new VolumeException(DeviceReadyCondition.SourceNotUsable, $"create.size: {limit} bytes are too few for a copy of {name}, which has {length}. Make it greater.");
            var buffer = new byte[Chunk];
            while (await RandomAccess.ReadAsync(source, buffer, writer.Length, cancellationToken) is > 0 and var read)
            {
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                job.Advance(step, writer.Length, length);
            }
        }

        await RefuseWriterAsync(cancellationToken);
        if (File.GetLastWriteTimeUtc(path) != before && BlockDevice.SizeOf(path) is null)
            throw new VolumeException(DeviceReadyCondition.ImportFailed, $"create.from.volume: {name} was written to while it was copied. The copy was thrown away.");
    }

    private async Task RefuseWriterAsync(CancellationToken cancellationToken)
    {
        if (await writerOf(path, cancellationToken) is { } holder)
            throw new VolumeException(DeviceReadyCondition.SourceBusy, $"create.from.volume: {name} is attached to {holder}, which can write to it: a copy would be torn. Halt it, or detach the disk, until the copy is made.");
    }
}
