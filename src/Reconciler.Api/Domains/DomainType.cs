namespace Reconciler.Api.Domains;

/// <summary>How a guest is virtualised.</summary>
public enum DomainType
{
    PVH,
    PV,
}
