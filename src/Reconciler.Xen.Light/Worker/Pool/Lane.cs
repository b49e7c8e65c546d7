using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>How long an operation keeps its worker, and so which others it may keep waiting.</summary>
internal enum Lane
{
    /// <summary>A few hypercalls and nodes of xenstore.</summary>
    Short,

    /// <summary>The end of a domain: it runs scripts of the host, and is not kept waiting for those of a start.</summary>
    Ending,

    /// <summary>It runs scripts of the host, or builds a domain: seconds, on a busy host minutes.</summary>
    Long,
}

/// <summary>Which lane an operation takes.</summary>
internal static class Lanes
{
    public static Lane Of(WorkerRequest request) => request switch
    {
        CreateRequest or AttachRequest or DetachRequest => Lane.Long,
        DestroyRequest => Lane.Ending,
        _ => Lane.Short,
    };

    /// <summary>The domain among whose long operations this one is.</summary>
    public static Guid DomainOf(WorkerRequest request) => request switch
    {
        CreateRequest create => create.Mark.Uuid,
        AttachRequest attach => attach.Domain.Uuid,
        DetachRequest detach => detach.Domain.Uuid,
        _ => Guid.Empty,
    };
}
