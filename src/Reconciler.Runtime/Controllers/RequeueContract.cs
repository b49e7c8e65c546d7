using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Queueing;

namespace Reconciler.Runtime.Controllers;

/// <summary>When a key comes back. All of it.</summary>
internal static class RequeueContract
{
    /// <summary>Settles a key whose reconcile has ended.</summary>
    /// <param name="queue">Where it came from.</param>
    /// <param name="item">The key as it was taken.</param>
    /// <param name="result">What the controller returned; null when it threw, or ran out of time, so that it said nothing that counts.</param>
    /// <returns>The result's name in metrics and traces.</returns>
    public static string Settle<T>(EntityQueue<ObjectKey> queue, QueueItem<ObjectKey> item, ReconciliationResult<T>? result)
        where T : class, IResource<T>
    {
        try
        {
            switch (result)
            {
                case null:
                    queue.AddRateLimited(item.Key, item.Priority);
                    return "error";
                case { IsSuccess: true, RequeueAfter: { } after }:
                    queue.Forget(item.Key);
                    queue.AddAfter(item.Key, after);
                    return "requeue_after";
                case { IsSuccess: true }:
                    queue.Forget(item.Key);
                    return "success";
                case { IsTerminal: true }:
                    queue.Forget(item.Key);
                    return "terminal";
                default:
                    queue.AddRateLimited(item.Key, item.Priority);
                    return "failure";
            }
        }
        finally
        {
            queue.Done(item.Key);
        }
    }
}
