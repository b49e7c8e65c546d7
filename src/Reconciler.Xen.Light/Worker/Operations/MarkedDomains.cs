using System.Security.Cryptography;
using System.Text;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Ownership;

namespace Reconciler.Xen.Light.Worker.Operations;

/// <summary>The checks before an operation touches a domain: nobody else is at work on it, it still is that domain, and it is ours.</summary>
internal sealed class MarkedDomains(ILibxl libxl, Observer observer, OperationLocks locks)
{
    /// <exception cref="XenException"><see cref="XenErrorCode.Stale"/>: another process is at work on it.</exception>
    public IDisposable Lock(Guid uuid, string operation) => locks.TryAcquire(uuid)
        ?? throw new XenException(XenErrorCode.Stale, operation, $"another process of this agent's is at work on {uuid}: observe again when it is done");

    /// <summary>
    /// For an operation on one device: others on other devices of the domain go on beside it, none on the domain as a whole does.
    /// </summary>
    /// <exception cref="XenException"><see cref="XenErrorCode.Stale"/>: another process is at work on the domain, or on the device.</exception>
    public IDisposable Lock(Guid uuid, DeviceRef device, string operation)
    {
        var domain = locks.TryAcquire(uuid, shared: true);
        var own = domain is null ? null : locks.TryAcquire(Part(uuid, device.ToString()));
        if (own is not null) return new Locks(domain!, own);
        domain?.Dispose();
        throw new XenException(XenErrorCode.Stale, operation, $"another process of this agent's is at work on {device} of {uuid}: observe again when it is done");
    }

    /// <summary>Reads the mark, changes it and writes it, one process at a time.</summary>
    public DomainMark Update(DomainRef domain, Func<DomainMark, DomainMark> change, string operation)
    {
        using var held = locks.TryAcquire(Part(domain.Uuid, "mark"))
            ?? throw new XenException(XenErrorCode.Stale, operation, $"another process of this agent's is writing the mark of {domain.Uuid}: observe again when it is done");
        var found = RequireOurs(domain, operation);
        var mark = change(found.Mark!);
        if (mark != found.Mark) Store(found, mark);
        return mark;
    }

    public ObservedDomain RequireOurs(DomainRef domain, string operation)
    {
        var found = observer.Find(domain.Domid);
        if (found is null) throw Stale(domain, operation, "there is no such domain any more");
        if (found.Uuid != domain.Uuid) throw Stale(domain, operation, $"the domid belongs to {found.Uuid} now");
        if (found.State is RunState.Dying) throw Stale(domain, operation, "it is being torn down");
        return found.Ownership is DomainOwnership.Ours ? found : throw NotOurs(found, operation);
    }

    /// <summary>A suspended domain has not ended: it can be resumed, and then sees what was asked of it.</summary>
    public ObservedDomain RequireAlive(DomainRef domain, string operation)
    {
        var found = RequireOurs(domain, operation);
        if (found is { State: RunState.ShutDown, ShutdownReason: not ShutdownReason.Suspend })
            throw Stale(domain, operation, $"it has shut down ({found.ShutdownReason})");
        return found;
    }

    public static void RequireState(ObservedDomain domain, RunState required, string operation)
    {
        if (domain.State != required) throw Stale(domain.Ref, operation, $"it is {domain.State}, not {required}");
    }

    public void Store(ObservedDomain domain, DomainMark mark) => libxl.WriteUserdata(domain.Domid, MarkCodec.Encode(mark));

    public static XenException NotOurs(ObservedDomain domain, string operation) =>
        new(XenErrorCode.NotOurs, operation, $"{domain.Ref} carries no mark of ours");

    /// <summary>Lock files are named by uuid.</summary>
    private static Guid Part(Guid uuid, string part) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{uuid} {part}")).AsSpan(0, 16));

    private sealed class Locks(IDisposable first, IDisposable second) : IDisposable
    {
        public void Dispose()
        {
            second.Dispose();
            first.Dispose();
        }
    }

    private static XenException Stale(DomainRef domain, string operation, string why) => new(XenErrorCode.Stale, operation, $"{domain}: {why}");
}
