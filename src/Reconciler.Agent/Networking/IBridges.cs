namespace Reconciler.Agent.Networking;

/// <summary>The bridges of a host, as a port: those of dom0's kernel, or those of a simulated host.</summary>
internal interface IBridges
{
    /// <summary>Whether NICs can be plugged into a bridge.</summary>
    BridgeState Look(string bridge);
}
