using System.Globalization;
using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Agent.Hosts;

/// <summary>Renews the <see cref="HostLease"/>: one request every ten seconds, whatever else the agent does, from the moment that the name is known to be its.</summary>
[EntityRbac(typeof(Lease), Verbs = RbacVerb.Create | RbacVerb.Patch, InOwnNamespace = true)]
internal sealed partial class HostLeaseRenewal(IKubernetesClient client, string nodeName, string @namespace, HostClaim claim, HostVoice voice, RuntimeServices services) : OperatorLoop(OperatorPartOrder.Leading)
{
    /// <summary>An answer that takes longer is given up, and the next try made: with the pause between them, four in the time that is left of a Lease.</summary>
    public static readonly TimeSpan TryLimit = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Agent.Host");

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        // Not in the name of another machine, whose silence it would hide.
        await claim.Claimed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            if (claim.Objection is not null)
            {
                await Task.Delay(Retry, services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                continue;
            }

            try
            {
                var asked = services.Time.GetTimestamp();
                await RenewAsync(cancellationToken);
                voice.Renewed(asked);
                failures = 0;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is KubernetesApiException or OperationCanceledException or IOException)
            {
                voice.NotRenewed(e.Message);
                if (failures++ == 0) Log.NotRenewed(_logger, nodeName, e.Message);
            }

            await Task.Delay(failures == 0 ? HostLease.RenewPeriod : Retry, services.Time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(TryLimit, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await client.ApplyAsync(
            new Lease
            {
                ApiVersion = Lease.Definition.ApiVersion,
                Kind = Lease.Definition.Kind,
                Metadata = new ObjectMeta { Name = HostLease.NameOf(nodeName), Namespace = @namespace },
                Spec = new LeaseSpec
                {
                    HolderIdentity = string.Create(CultureInfo.InvariantCulture, $"{nodeName}_{Environment.ProcessId}"),
                    LeaseDurationSeconds = (int)HostLease.Duration.TotalSeconds,
                    RenewTime = services.Time.GetUtcNow(),
                },
            },
            new ApplyOptions(XenApi.AgentFieldManager), either.Token);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "XenHost {Host}: its lease was not renewed, and is tried again: {Error}")]
        public static partial void NotRenewed(ILogger logger, string host, string error);
    }
}
