using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.Mapping;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Agent.Hosts;

/// <summary>Keeps the status of this host's XenHost: looks when domains, pools or networks change, and once a minute, and writes when the facts change.</summary>
/// <remarks>Says nothing while the word is not this agent's (<see cref="HostVoice"/>): what the operator says of a silent agent stands until the Lease is renewed.</remarks>
[EntityRbac(typeof(XenHost), Verbs = RbacVerb.Patch, Subresource = "status")]
internal sealed partial class HostReporter(
    HostObserver observer, HostClaim claim, HostVoice voice, IKubernetesClient client, Store<XenHost> hosts, string nodeName, string agentVersion, RuntimeServices services)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>A domain is paused while its maker puts it together, and nothing tells when somebody else's domain is let run.</summary>
    private static readonly TimeSpan PausedPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Changes come in bursts: one look for all of them.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    /// <summary>Domains of a busy host change all the time, and a look at all of it costs: from the end of one to the next that they cause.</summary>
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Agent.Host");
    private readonly Channel<bool> _urgent = NewFlag(), _domains = NewFlag();
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private XenHostStatus? _told;
    private volatile bool _made;

    /// <summary>The operator has written that nothing is heard of this agent: what it said last has to be said again.</summary>
    private volatile bool _overruled;

    private volatile bool _fenced;
    private volatile string? _bootId;
    private TimeSpan _period = Period;

    /// <summary>
    /// Ends when this process has said for the first time which boot of the host this is. Before that nothing is to be done to domains:
    /// somebody may be about to conclude from the silence that the host is off.
    /// </summary>
    public Task Spoken => _spoken.Task;

    /// <summary>Whether it is this agent, and not the operator, that has the last word on the host. Only then it has one on domains that the operator has spoken of.</summary>
    public bool IsHeard => voice.IsHeard && !_overruled;

    /// <summary>Whether this machine has the name to itself, for all that is known. What is not under this name is touched only then.</summary>
    public bool HoldsName => claim.Holds;

    /// <summary>Whether somebody else has it, or this machine another.</summary>
    public bool HasLostName => claim.Objection is not null;

    /// <summary>
    /// Whether it was concluded, for all that is known here. Then each Domain may have been given to another host, whatever the cache
    /// shows of it.
    /// </summary>
    public bool IsFenced => _fenced;

    /// <summary>This boot of the host; null while the host could not be asked yet.</summary>
    public string? BootId => _bootId;

    /// <summary>Domains changed: look before long.</summary>
    public void Nudge() => _domains.Writer.TryWrite(true);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var heartbeat = services.Health.AddLoop("xenhost reporter");
        observer.OnChange(Hurry);
        hosts.Subscribe(OnObject);
        voice.Regained = Hurry;
        services.Health.AddReadiness("xen host", () => claim.Objection ?? observer.NotReadyReason ?? voice.NotReadyReason);
        var backoff = new RetryBackoff(services.Time, services.Random);
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                heartbeat.ExpectWithin(Period * 3);
                await ReportAsync(cancellationToken);
                pause = _period;
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
        var look = await observer.LookAsync(cancellationToken);
        _period = look.Adoptable.Any(domain => domain.IsPaused) ? PausedPeriod : Period;
        if (!_made || (!claim.Holds && look.Facts is not null))
        {
            if (await claim.ClaimAsync(look.Facts?.BootId, cancellationToken) is not { } claimed) return;
            if (!_made) _told = XenHostStatusMapping.AgentsPart(claimed.Status);
            _made = true;
        }

        if (!voice.IsHeard) return;
        var status = XenHostStatusMapping.ToStatus(look, agentVersion, _told, services.Time.GetUtcNow()) with { SystemUuid = claim.SystemUuid ?? _told?.SystemUuid };
        var overruled = _overruled;
        _bootId = look.Facts?.BootId ?? _bootId;
        if (_told is not null && Same(_told, status) && !overruled && Spoken.IsCompleted)
            return;
        _overruled = false; // before the write: what the operator says after it counts anew
        try
        {
            var written = await client.ApplyStatusAsync(
                new XenHost { ApiVersion = XenHost.Definition.ApiVersion, Kind = XenHost.Definition.Kind, Metadata = new ObjectMeta { Name = nodeName }, Status = status },
                new ApplyOptions(XenApi.AgentStatusFieldManager), cancellationToken);
            _fenced |= written.Status?.Conditions.IsTrue(FencedCondition.Type) == true;
            _spoken.TrySetResult();
        }
        catch (Exception e)
        {
            _made &= e is not KubernetesApiException { IsNotFound: true };
            _overruled |= overruled;
            throw;
        }
        _told = status;
    }

    private void OnObject(StoreChange<XenHost> change)
    {
        if ((change.New ?? change.Old)?.Metadata.Name != nodeName)
            return;
        if (change.New is { Status.Conditions: var conditions } && Spoken.IsCompleted)
            _fenced = conditions.IsTrue(FencedCondition.Type);
        if (change.New is null || !claim.IsOwn(change.New))
            _made = false;
        else if (HostSilence.IsSilent(change.New))
            _overruled = true;
        else
            return;
        Hurry();
    }

    /// <summary>Somebody waits for what the next look finds, or for what is said of it.</summary>
    private void Hurry() => _urgent.Writer.TryWrite(true);

    private async Task WaitAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var since = services.Time.GetTimestamp();
        await ForAnyAsync(pause, cancellationToken, _urgent, _domains);
        if (services.Time.GetElapsedTime(since) >= pause) return;
        if (Spacing - services.Time.GetElapsedTime(since) is { Ticks: > 0 } rest) await ForAnyAsync(rest, cancellationToken, _urgent);
        // All domains wait for the first word.
        if (Spoken.IsCompleted) await Task.Delay(Settle, services.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // All of them are answered by the look that follows.
        _ = _urgent.Reader.TryRead(out _);
        _ = _domains.Reader.TryRead(out _);
    }

    /// <summary>Waits until one of them is set, at most for <paramref name="patience"/>, or until the process stops.</summary>
    private async Task ForAnyAsync(TimeSpan patience, CancellationToken cancellationToken, params IEnumerable<Channel<bool>> flags)
    {
        using var timer = new CancellationTokenSource(patience, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        await Task.WhenAny(flags.Select(flag => flag.Reader.WaitToReadAsync(either.Token).AsTask()));
        await either.CancelAsync();
    }

    private static Channel<bool> NewFlag() => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private static bool Same(XenHostStatus a, XenHostStatus b) =>
        JsonSerializer.SerializeToUtf8Bytes(a, ApiJsonContext.Instance.XenHostStatus)
            .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(b, ApiJsonContext.Instance.XenHostStatus));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "XenHost {Host}: not reported, trying again in {Seconds} s")]
        public static partial void ReportFailed(ILogger logger, string host, double seconds, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "XenHost {Host}: not reported, trying again in {Seconds} s: {Error}")]
        public static partial void NotTaken(ILogger logger, string host, double seconds, string error);
    }
}
