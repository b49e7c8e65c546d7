using Reconciler.Agent.Mapping;

namespace Reconciler.Agent.Storage;

/// <summary>What disks are made of on a host, as a port. Two adapters implement it: dom0's file system, and that of a simulated host.</summary>
/// <remarks>
/// <para><b>Guarantees.</b> Nothing outside of what the host's policy allows is looked at, made or deleted, whatever links or <c>..</c>
/// lead there. A volume that exists is never overwritten and never shrunk. Only a volume that was made here for a VBD is deleted, and only
/// for that VBD. Cut short anywhere, a call is made again and comes to the same.</para>
/// <para>No call takes longer than a few accesses to a local file system.</para>
/// </remarks>
internal interface IStorage
{
    /// <summary>
    /// Looks at a source; makes the volume where it does not exist and that is asked for, and grows it where it is smaller than asked for.
    /// </summary>
    SourceState Prepare(DiskSource source);

    /// <summary>Deletes the volume, if it was made for this VBD. Gone already, or somebody else's: done.</summary>
    /// <returns>Why it could not be done; null when it was.</returns>
    Problem? Reclaim(DiskSource source);

    /// <summary>Whether volumes of the pool can be attached on this host, and how much room there is.</summary>
    PoolState Look(PoolPlace pool);
}
