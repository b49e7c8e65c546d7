using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Networking;

/// <summary>The packet filter of dom0's kernel.</summary>
internal interface INftables
{
    /// <summary>Why there is none; null when there is one.</summary>
    string? Missing { get; }

    /// <summary>Carries out commands of nft(8), all or none.</summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.NotSupported"/>: there is none; <see cref="XenErrorCode.Failed"/>, with what it said.</exception>
    void Run(string commands);

    /// <summary>What <c>nft list table bridge NAME</c> shows; empty when there is no such table, or no nftables.</summary>
    string List(string table);
}
