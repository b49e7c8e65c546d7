using Reconciler.Agent.HostLife.State;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Agent.HostLife.Starting;

/// <summary>What the API server says, after the host's boot, of the domains that were here before it.</summary>
internal sealed class ApiWord(IKubernetesClient client, string nodeName, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>Those that this host still holds, and that are to be started; null: no word was heard within the limit.</summary>
    public async Task<IReadOnlySet<Guid>?> HeldAsync(IReadOnlyList<KeptDomain> kept, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        while (!either.IsCancellationRequested)
        {
            try
            {
                HashSet<Guid> held = [];
                foreach (var domain in kept)
                {
                    var now = await client.GetAsync<Domain>(domain.Desired.Name, domain.Desired.Namespace, either.Token);
                    if (IsToBeStarted(now, domain)) held.Add(domain.Desired.Uuid);
                }
                return held;
            }
            catch (Exception e) when (e is KubernetesApiException or OperationCanceledException or IOException)
            {
                await Task.Delay(Retry, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return null;
    }

    private bool IsToBeStarted(Domain? now, KeptDomain kept) =>
        now is { Spec: { } spec, Metadata.DeletionTimestamp: null }
        && now.Metadata.Uid == kept.Desired.Uuid.ToString("D")
        && now.Status?.Host == nodeName && now.Metadata.Labels?.GetValueOrDefault(XenApi.HostLabel) == nodeName
        // It leaves, or may have been given to another host: the agent asks in a way that can be refused.
        && now.Status.Move?.From != nodeName && !HostSilence.IsSilent(now)
        && spec.PowerState != PowerState.Halted && spec.OnHostStart != HostStartAction.Ignore;
}
