using Reconciler.Api.Networks;

namespace Reconciler.Agent.Networking;

/// <summary>The bridges of a host, as a port: those of dom0's kernel, or those of a simulated host.</summary>
internal interface IBridges
{
    /// <summary>Whether NICs can be plugged into what a network is on this host: its bridge, in its VLAN, with its MTU.</summary>
    BridgeState Look(NetworkHost network);
}
