using Reconciler.Agent.Mapping;
using Reconciler.Runtime;

namespace Reconciler.Agent.Storage;

/// <summary>What disks are made of on a host, as a port. Two adapters implement it: dom0's own, and that of a simulated host.</summary>
/// <remarks>
/// <b>Guarantees.</b> Nothing outside of what the host's policy allows is looked at, made or deleted, whatever links or <c>..</c>
/// lead there. A volume that exists is never overwritten and never shrunk. What is not finished has no volume's name. Only a volume that
/// was made here for a VBD is deleted, and only for that VBD. Cut short anywhere, a call is made again and comes to the same.
/// </remarks>
internal interface IStorage
{
    /// <summary>
    /// Looks at a source; makes the volume where it does not exist and that is asked for, and grows it where it is smaller than asked for.
    /// Takes no longer than a few accesses to a local file system: what may is begun, goes on beside, and is told by the state.
    /// </summary>
    SourceState Prepare(DiskSource source);

    /// <summary>Ends what is going on for the VBD, and takes away what it has not finished.</summary>
    /// <param name="source">The volume.</param>
    /// <param name="delete">Whether the volume goes too, if it was made for this VBD. Gone already, or somebody else's: done.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <returns>Why it could not be done; null when it was.</returns>
    Task<Problem?> ReleaseAsync(DiskSource source, bool delete, CancellationToken cancellationToken);

    /// <summary>Whether volumes of the pool can be attached on this host, and how much room there is.</summary>
    Task<PoolState> LookAsync(PoolPlace pool, CancellationToken cancellationToken);

    /// <summary>The keys of Domains for whose volumes something has changed since they were looked at.</summary>
    IAsyncEnumerable<ObjectKey> SignalsAsync(CancellationToken cancellationToken);
}
