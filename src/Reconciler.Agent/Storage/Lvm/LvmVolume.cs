namespace Reconciler.Agent.Storage.Lvm;

/// <summary>A logical volume.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Pool">The thin pool that it is in; empty: none, it has all its room.</param>
/// <param name="Used">Percent of a thin pool that is in use; of other volumes 0.</param>
internal sealed record LvmVolume(long Size, IReadOnlyList<string> Tags, string Pool, double Used);
