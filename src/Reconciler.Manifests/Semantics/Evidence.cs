namespace Reconciler.Manifests.Semantics;

/// <summary>What a test shows its point by, the strongest first.</summary>
public enum Evidence
{
    /// <summary>A real API server; in the end-to-end tests a real Xen host too.</summary>
    RealServer,

    /// <summary>A server whose answers the test writes, or a proxy that spoils those of a real one: what real servers don't do on demand.</summary>
    ScriptedServer,

    /// <summary>The code on a virtual clock, with doubles in the place of the server.</summary>
    VirtualTime,

    /// <summary>The code alone.</summary>
    Unit,
}
