using Microsoft.Extensions.Logging;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Agent.Hosts;

/// <summary>The XenHost of this machine: made where there is none, and known to be the only one, and not another machine's.</summary>
/// <remarks>
/// <para>One name for two machines, or two names for one: either would make two hosts of what is given to one. Where it is so, nothing is said
/// or done here, so that guests run on as they are, and a person decides.</para>
/// <para>Once made, the object is its admins': an agent may write its status, and neither change nor delete the rest (RBAC knows no verb patch for
/// it). So it is created, and not applied.</para>
/// </remarks>
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Read | RbacVerb.Create)]
internal sealed partial class HostClaim(IKubernetesClient client, string nodeName, string? systemUuid, ILogger logger)
{
    private readonly TaskCompletionSource _claimed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _objection;
    private volatile bool _isKnown;

    /// <summary>Ends when it is known that the name is not another machine's. Before that nothing is said in its name.</summary>
    public Task Claimed => _claimed.Task;

    /// <summary>What stands against working in this name, for people; null while nothing is known to.</summary>
    public string? Objection => _objection;

    /// <summary>Whether the name is this machine's, and its only one: it was looked for, and nothing stands against it.</summary>
    public bool Holds => _isKnown && _objection is null;

    /// <summary>This machine's; null where its firmware has none.</summary>
    public string? SystemUuid => systemUuid;

    /// <summary>The object as it is on the server, made now where there is none; null when something stands against it.</summary>
    /// <param name="bootId">Which boot of this machine this is; null while it can't be asked for.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="KubernetesApiException">It can't be read or made; another has just made it.</exception>
    public async Task<XenHost?> ClaimAsync(string? bootId, CancellationToken cancellationToken)
    {
        var host = await client.GetAsync<XenHost>(nodeName, null, cancellationToken);
        if (!IsOwn(host)) return null;
        // It has had this name in this boot already.
        if (bootId is not null && host?.Status?.BootId != bootId && await OtherNameAsync(bootId, cancellationToken) is { } other)
        {
            Object(
                $"this machine is XenHost {other} in this very boot ({bootId}): Domains that run here are that one's",
                () => Log.Renamed(logger, nodeName, other, bootId));
            return null;
        }

        host ??= await client.CreateAsync(
            // An empty spec, which the schema's defaults fill: the policy in it is the admins'.
            new XenHost
            {
                ApiVersion = XenHost.Definition.ApiVersion, Kind = XenHost.Definition.Kind, Metadata = new ObjectMeta { Name = nodeName }, Spec = new XenHostSpec(),
            },
            cancellationToken);
        _objection = null;
        _isKnown |= bootId is not null;
        _claimed.TrySetResult();
        return host;
    }

    /// <summary>Whether the object, as it is now, is not another machine's. From an answer no on this agent does nothing.</summary>
    public bool IsOwn(XenHost? host)
    {
        if (systemUuid is null || host?.Status?.SystemUuid is not { Length: > 0 } other || string.Equals(other, systemUuid, StringComparison.OrdinalIgnoreCase)) return true;
        Object(
            $"XenHost {nodeName} is another machine's (system UUID {other}; this one's is {systemUuid})",
            () => Log.NameTaken(logger, nodeName, other, systemUuid));
        return false;
    }

    private void Object(string objection, Action tell)
    {
        if (_objection != objection) tell();
        _objection = objection;
    }

    /// <summary>A boot id is one boot's of one machine (random(4)). After a reboot nothing of the other name runs here any more, and it is a lost host as others are.</summary>
    private async Task<string?> OtherNameAsync(string bootId, CancellationToken cancellationToken)
    {
        string? next = null;
        do
        {
            var page = await client.ListAsync<XenHost>(new ListOptions { Limit = 500, Continue = next }, cancellationToken);
            if (page.Items.FirstOrDefault(host => host.Status?.BootId == bootId && host.Metadata.Name != nodeName) is { } other) return other.Metadata.Name;
            next = page.Continue;
        }
        while (next is { Length: > 0 });
        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Error,
            "XenHost {Host} is another machine's (system UUID {Other}; this one's is {Own}): nothing is done in its name. Give this host another --node-name; "
            + "or, when the other machine is gone for good and its domains with it, delete the XenHost")]
        public static partial void NameTaken(ILogger logger, string host, string other, string own);

        [LoggerMessage(
            2, LogLevel.Error,
            "This machine is XenHost {Other} in this very boot ({BootId}), and not {Host}: nothing is done under the new name, and domains run on. Start the agent with --node-name {Other}; "
            + "or empty XenHost {Other} first, delete it, and then rename the machine")]
        public static partial void Renamed(ILogger logger, string host, string other, string bootId);
    }
}
