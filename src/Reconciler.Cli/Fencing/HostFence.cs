using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Cli.Fencing;

/// <summary>Writes the confirmation to the very version of the XenHost that it was made from, and tells what the operator says of it.</summary>
internal sealed class HostFence(IKubernetesClient client, TimeProvider time, TextWriter output)
{
    /// <summary>Owner of spec.fence, and of nothing else.</summary>
    internal const string FieldManager = "kubectl-xen-fence";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>0 when the host is fenced; 1 when the operator has not said so in time.</returns>
    /// <exception cref="CommandException">There is no such host, it is not silent, or it has just spoken.</exception>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public async Task<int> RunAsync(string name, string confirmedBy, CancellationToken cancellationToken)
    {
        var host = await client.GetAsync<XenHost>(name, null, cancellationToken)
            ?? throw new CommandException($"There is no XenHost {name}; see kubectl get xenhosts");
        var (fence, refusal) = FenceRequest.For(host, confirmedBy);
        if (fence is null) throw new CommandException(refusal!);
        try
        {
            host = await client.ApplyAsync(
                new XenHost
                {
                    ApiVersion = XenHost.Definition.ApiVersion,
                    Kind = XenHost.Definition.Kind,
                    Metadata = new ObjectMeta { Name = name, Uid = host.Metadata.Uid, ResourceVersion = host.Metadata.ResourceVersion },
                    Spec = new XenHostSpec { Fence = fence },
                },
                new ApplyOptions(FieldManager), cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsConflict)
        {
            throw new CommandException($"XenHost {name} has changed meanwhile: its agent may have spoken. Look again, and try again if it is still silent", e);
        }

        return await AwaitAsync(name, host.Metadata.Generation, cancellationToken);
    }

    private async Task<int> AwaitAsync(string name, long? generation, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var fenced = (await client.GetAsync<XenHost>(name, null, cancellationToken))?.Status?.Conditions.Find(FencedCondition.Type);
            if (fenced?.ObservedGeneration >= generation && fenced!.Reason != FencedCondition.Pending)
            {
                await output.WriteLineAsync($"XenHost {name}: Fenced={fenced.Status} ({fenced.Reason}): {fenced.Message}");
                return fenced.Status == ConditionStatus.True ? 0 : 1;
            }

            if (time.GetElapsedTime(started) > Patience)
                throw new CommandException($"Confirmed, but the operator has not taken it up within {Patience.TotalSeconds:0} s: look at its pod. When it runs again, it will");
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
        }
    }
}
