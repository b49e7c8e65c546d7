using Microsoft.Extensions.Logging;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Agent.Hosts;

/// <summary>The XenHost of this machine: made where there is none, and known not to be another machine's.</summary>
/// <remarks>
/// Once made, the object is its admins': an agent may write its status, and neither change nor delete the rest (RBAC knows no verb patch for
/// it). So it is created, and not applied.
/// </remarks>
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Read | RbacVerb.Create)]
internal sealed partial class HostClaim(IKubernetesClient client, string nodeName, string? systemUuid, ILogger logger)
{
    private readonly TaskCompletionSource _claimed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _rival;

    /// <summary>Ends when it is known that the name is not another machine's. Before that nothing is said or done in its name.</summary>
    public Task Claimed => _claimed.Task;

    /// <summary>Which other machine has the name, for people; null while none is known to.</summary>
    public string? Rival => _rival;

    /// <summary>This machine's; null where its firmware has none.</summary>
    public string? SystemUuid => systemUuid;

    /// <summary>The object as it is on the server, made now where there is none; null when it is another machine's.</summary>
    /// <exception cref="KubernetesApiException">It can't be read or made; another has just made it.</exception>
    public async Task<XenHost?> ClaimAsync(CancellationToken cancellationToken)
    {
        var host = await client.GetAsync<XenHost>(nodeName, null, cancellationToken)
            // An empty spec, which the schema's defaults fill: the policy in it is the admins'.
            ?? await client.CreateAsync(
                new XenHost
                {
                    ApiVersion = XenHost.Definition.ApiVersion, Kind = XenHost.Definition.Kind, Metadata = new ObjectMeta { Name = nodeName }, Spec = new XenHostSpec(),
                },
                cancellationToken);
        if (IsOfAnother(host.Status?.SystemUuid)) return null;
        _claimed.TrySetResult();
        return host;
    }

    /// <summary>Whether another machine has the name. Both would start what is given to it, so the second does nothing until a person has decided.</summary>
    private bool IsOfAnother(string? other)
    {
        if (systemUuid is null || other is not { Length: > 0 } || string.Equals(other, systemUuid, StringComparison.OrdinalIgnoreCase))
        {
            _rival = null;
            return false;
        }

        if (_rival is null) Log.NameTaken(logger, nodeName, other, systemUuid);
        _rival = $"XenHost {nodeName} is another machine's (system UUID {other}; this one's is {systemUuid})";
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Error,
            "XenHost {Host} is another machine's (system UUID {Other}; this one's is {Own}): nothing is done in its name. Give this host another --node-name; "
            + "or, when the other machine is gone for good and its domains with it, delete the XenHost")]
        public static partial void NameTaken(ILogger logger, string host, string other, string own);
    }
}
