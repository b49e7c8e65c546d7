using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.Domains;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.HostLife.Service;
using Reconciler.Agent.Mapping;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Rbac;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Hosts;

/// <summary>
/// Keeps the XenHost of this node: makes the object, and writes its status when the facts change. Looks when domains, pools or networks change, and once a minute.
/// </summary>
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Read | RbacVerb.Create | RbacVerb.Patch)]
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Patch, Subresource = "status")]
internal sealed partial class HostReporter(
    IXenHost host, HostOffers offers, StrayDomains strays, IKubernetesClient client, Store<XenHost> hosts, string nodeName, string agentVersion, RuntimeServices services,
    HostPhase? phase = null, HostServiceLook? service = null, string? systemUuid = null)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Changes come in bursts: one look for all of them.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Agent.Host");
    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly HashSet<string> _degradations = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _claimed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private XenHostStatus? _told;
    private volatile string? _rival;
    private volatile bool _made;

    /// <summary>The operator has written that nothing is heard of this agent: what it said last has to be said again.</summary>
    private volatile bool _overruled;

    private volatile bool _fenced;
    private volatile string? _bootId;

    /// <summary>Ends when it is known that the name is not another machine's. Before that nothing is said or done in its name.</summary>
    public Task Claimed => _claimed.Task;

    /// <summary>
    /// Ends when this process has said for the first time which boot of the host this is. Before that nothing is to be done to domains:
    /// somebody may be about to conclude from the silence that the host is off.
    /// </summary>
    public Task Spoken => _spoken.Task;

    /// <summary>
    /// Whether it was concluded, for all that is known here. Then each Domain may have been given to another host, whatever the cache
    /// shows of it.
    /// </summary>
    public bool IsFenced => _fenced;

    /// <summary>This boot of the host; null while the host could not be asked yet.</summary>
    public string? BootId => _bootId;

    /// <summary>Domains changed: look soon.</summary>
    public void Nudge() => _nudges.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var heartbeat = services.Health.AddLoop("xenhost reporter");
        offers.OnChange(Nudge);
        strays.OnChange(Nudge);
        hosts.Subscribe(OnObject);
        services.Health.AddReadiness("xen host", () => _rival ?? host.NotReadyReason);
        var backoff = new RetryBackoff(services.Time, services.Random);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                heartbeat.ExpectWithin(Period * 3);
                await ReportAsync(cancellationToken);
                pause = Period;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (KubernetesApiException e)
            {
                pause = backoff.Next();
                Log.NotTaken(_logger, nodeName, pause.TotalSeconds, e.Message);
            }
            catch (Exception e)
            {
                pause = backoff.Next();
                Log.ReportFailed(_logger, nodeName, pause.TotalSeconds, e);
            }
            heartbeat.Idle();
            await WaitAsync(pause, cancellationToken);
        }
    }

    /// <summary>One look and, when something changed, one write.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        var metadata = new ObjectMeta { Name = nodeName };
        XenHost current;
        if (!_made)
        {
            // Only the name: the policy in spec is the admins', and its defaults the schema's.
            current = await client.ApplyAsync(
                new XenHost { ApiVersion = XenHost.Definition.ApiVersion, Kind = XenHost.Definition.Kind, Metadata = metadata, Spec = new XenHostSpec() },
                new ApplyOptions(XenApi.AgentFieldManager), cancellationToken);
            _made = true;
            _told = XenHostStatusMapping.AgentsPart(current.Status);
            if (IsOfAnother(_told))
            {
                _made = false;
                return;
            }

            _claimed.TrySetResult();
        }

        var look = await LookAsync(cancellationToken);
        var status = XenHostStatusMapping.ToStatus(look, agentVersion, _told, services.Time.GetUtcNow()) with { SystemUuid = systemUuid ?? _told?.SystemUuid };
        var overruled = _overruled;
        _bootId = look.Facts?.BootId ?? _bootId;
        if (_told is not null && Same(_told, status) && !overruled && Spoken.IsCompleted)
            return;
        _overruled = false; // before the write: what the operator says after it counts anew
        try
        {
            var written = await client.ApplyStatusAsync(
                new XenHost { ApiVersion = XenHost.Definition.ApiVersion, Kind = XenHost.Definition.Kind, Metadata = metadata, Status = status },
                new ApplyOptions(XenApi.AgentStatusFieldManager), cancellationToken);
            _fenced |= written.Status?.Conditions.IsTrue(FencedCondition.Type) == true;
            _spoken.TrySetResult();
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            _made = false;
            Nudge();
            return;
        }
        catch
        {
            _overruled |= overruled;
            throw;
        }
        _told = status;
    }

    /// <summary>Whether another machine has the name. Both would start what is given to it, so the second does nothing until a person has decided.</summary>
    private bool IsOfAnother(XenHostStatus? told)
    {
        if (systemUuid is null || told?.SystemUuid is not { Length: > 0 } other || string.Equals(other, systemUuid, StringComparison.OrdinalIgnoreCase))
        {
            _rival = null;
            return false;
        }

        if (_rival is null) Log.NameTaken(_logger, nodeName, other, systemUuid);
        _rival = $"XenHost {nodeName} is another machine's (system UUID {other}; this one's is {systemUuid})";
        return true;
    }

    private void OnObject(StoreChange<XenHost> change)
    {
        if ((change.New ?? change.Old)?.Metadata.Name != nodeName)
            return;
        if (change.New is { Status.Conditions: var conditions } && Spoken.IsCompleted)
            _fenced = conditions.IsTrue(FencedCondition.Type);
        if (change.New is null)
            _made = false;
        else if (HostSilence.IsSilent(change.New))
            _overruled = true;
        else
            return;
        Nudge();
    }

    private async Task<HostLook> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var domains = await host.ObserveAllAsync(cancellationToken);
            var look = new HostLook(await host.DescribeAsync(cancellationToken), domains, await offers.StoragePoolsAsync(cancellationToken), offers.Networks(), null)
            {
                Strays = strays.All,
                IsStopping = phase is not null && await phase.IsStoppingAsync(cancellationToken),
                Service = service?.Look(domains),
            };
            foreach (var degradation in host.Degradations.Where(_degradations.Add)) Log.Degraded(_logger, nodeName, degradation);
            return look;
        }
        catch (XenException e)
        {
            Log.HostUnavailable(_logger, nodeName, e.Message);
            return new HostLook(null, [], await offers.StoragePoolsAsync(cancellationToken), offers.Networks(), e) { Strays = strays.All };
        }
    }

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(pause, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _nudges.Reader.ReadAsync(either.Token);
            await Task.Delay(Settle, services.Time, cancellationToken);
            while (_nudges.Reader.TryRead(out _))
            {
                // All of them are answered by the look that follows.
            }
        }
        catch (OperationCanceledException)
        {
            // The pause is over, or the process stops.
        }
    }

    private static bool Same(XenHostStatus a, XenHostStatus b) =>
        JsonSerializer.SerializeToUtf8Bytes(a, ApiJsonContext.Instance.XenHostStatus)
            .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, ApiJsonContext.Instance.XenHostStatus));

    private static partial class Log
    {
        [LoggerMessage(
            4, LogLevel.Error,
            "XenHost {Host} is another machine's (system UUID {Other}; this one's is {Own}): nothing is done in its name. Give this host another --node-name; "
            + "or, when the other machine is gone for good and its domains with it, delete the XenHost")]
        public static partial void NameTaken(ILogger logger, string host, string other, string own);

        [LoggerMessage(1, LogLevel.Warning, "XenHost {Host}: not reported, trying again in {Seconds} s")]
        public static partial void ReportFailed(ILogger logger, string host, double seconds, Exception exception);

        [LoggerMessage(3, LogLevel.Warning, "XenHost {Host}: not reported, trying again in {Seconds} s: {Error}")]
        public static partial void NotTaken(ILogger logger, string host, double seconds, string error);

        [LoggerMessage(2, LogLevel.Warning, "XenHost {Host}: {Error}")]
        public static partial void HostUnavailable(ILogger logger, string host, string error);

        [LoggerMessage(5, LogLevel.Warning, "XenHost {Host}: {Degradation}")]
        public static partial void Degraded(ILogger logger, string host, string degradation);
    }
}
