using Reconciler.Agent.Storage.Work;

namespace Reconciler.Agent.Storage.Content;

/// <summary>Where the content of a new volume comes from.</summary>
internal interface IOrigin
{
    /// <summary>Writes all of it, and ends only when it is known to be right.</summary>
    /// <param name="writer">To this.</param>
    /// <param name="limit">Bytes that there may be at most; null: any.</param>
    /// <param name="job">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="VolumeException">It can't be had, is too long, or is not what was asked for.</exception>
    Task CopyToAsync(SparseWriter writer, long? limit, VolumeJob job, CancellationToken cancellationToken);
}
