using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Policy;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>What domains of others are made of, and how they become ours.</summary>
internal sealed class AdoptionOperations(ILibxl libxl, Observer observer, MarkedDomains domains, XlProcesses xl)
{
    /// <returns>Null: it is not there any more, is not somebody else's, or does not run.</returns>
    public FoundDomain? Inspect(InspectRequest request) =>
        observer.Find(request.Domain.Domid) is { Ownership: DomainOwnership.Foreign, State: RunState.Running or RunState.Paused } domain && domain.Ref == request.Domain
            ? FoundConfiguration.Read(libxl.Configuration(domain.Domid), domain.Ref)
            : null;

    /// <summary>
    /// xl's process first: without it the domain lives on as after <c>xl create -e</c>. With our mark and that process it would have two masters, of which one
    /// starts it again with what it was made of.
    /// </summary>
    public void Adopt(AdoptRequest request)
    {
        var desired = request.Domain;
        using var own = domains.Lock(desired.Uuid, request.Operation);
        using var its = domains.Lock(request.Found.Uuid, request.Operation);
        if (observer.Find(request.Found.Domid) is not { } domain || domain.XenUuid != request.Found.Uuid || domain.State is not (RunState.Running or RunState.Paused))
            throw Error(XenErrorCode.Stale, $"{request.Found} is not on the host any more, or has ended");
        if (domain is { Ownership: DomainOwnership.Ours } && domain.Uuid == desired.Uuid) return;
        if (domain.Ownership is not DomainOwnership.Foreign) throw Error(XenErrorCode.NotOurs, $"{request.Found} is another object's");
        if (libxl.IsLibvirts(domain.Domid)) throw Error(XenErrorCode.NotOurs, $"{request.Found} is libvirt's, which acts on its end: it can't have two masters");
        if (desired.Adopts is not { } adopts || adopts.XenUuid != domain.XenUuid || libxl.DomidOfName(adopts.XenName) != domain.Domid)
            throw Error(XenErrorCode.Stale, $"{request.Found} is not what was to be adopted: its name has changed");
        if (observer.Observe(new ObserveRequest { Uuid = desired.Uuid }).Details is [var other, ..])
            throw Error(XenErrorCode.AlreadyExists, $"{desired.XenName} has a domain already: domid {other.Domid}");
        var found = FoundConfiguration.Read(libxl.Configuration(domain.Domid), domain.Ref) with { StartedAt = request.StartedAt };
        if (found.Type != desired.Type)
            throw Error(XenErrorCode.InvalidConfiguration, $"{request.Found} is {found.Type}, and spec.type {desired.Type}: that can't be changed while it runs");

        xl.EndOf(domain.Domid);
        libxl.WriteUserdata(domain.Domid, MarkCodec.Encode(found.MarkFor(desired, request.At, path => RealPath.Of(path) ?? path)));

        XenException Error(XenErrorCode code, string message) => new(code, request.Operation, message);
    }
}
