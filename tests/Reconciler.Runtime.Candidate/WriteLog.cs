using System.Globalization;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Leadership;
using Reconciler.Testing.Contract;

namespace Reconciler.Runtime.Candidate;

/// <summary>
/// What a leader does here: it signs the object with its name and the next number, again and again. A write is fenced as
/// <see cref="LeaderElector"/> says, so the versions of the object, which a watch tells one by one, are a log of who acted when.
/// </summary>
internal sealed class WriteLog(IKubernetesClient client, LeaderElector elector, string identity) : IEntityController<Widget>
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public async Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken)
    {
        var now = await client.GetAsync<Widget>(key.Name, key.Namespace, cancellationToken);
        if (now is null || !elector.IsLeader)
        {
            return ReconciliationResult<Widget>.Requeue(Pause);
        }

        var number = int.Parse(now.Metadata.Annotations!["number"], CultureInfo.InvariantCulture) + 1;
        var patch = new JsonPatch()
            .Test("/metadata/resourceVersion", now.Metadata.ResourceVersion)
            .Replace("/metadata/annotations/number", number.ToString(CultureInfo.InvariantCulture))
            .Replace("/metadata/annotations/writer", identity);
        try
        {
            await client.PatchAsync<Widget>(key.Name, key.Namespace, patch, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsInvalid || e.IsConflict)
        {
            // Fenced off: another has written since.
        }

        return ReconciliationResult<Widget>.Requeue(Pause);
    }
}
