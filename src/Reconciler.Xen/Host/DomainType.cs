namespace Reconciler.Xen.Host;

/// <summary>How the guest is virtualised, as <c>type</c> in xl.cfg(5).</summary>
public enum DomainType
{
    /// <summary>Hardware-assisted, without device emulation.</summary>
    Pvh,

    /// <summary>Paravirtualised.</summary>
    Pv,

    /// <summary>Hardware-assisted with emulated devices.</summary>
    Hvm,
}
