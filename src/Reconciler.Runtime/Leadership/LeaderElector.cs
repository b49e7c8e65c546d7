using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Health;

namespace Reconciler.Runtime.Leadership;

/// <summary>Competes for a Lease: of several processes at most one leads.</summary>
/// <remarks>
/// <para>Expected flow: <see cref="AcquireAsync"/> -> lead, while <see cref="HoldAsync"/> runs -> <see cref="ReleaseAsync"/>.</para>
/// <para>
/// Guarantee: as long as clocks run at about the same speed (they may show different times), a leader knows that it has lost at least
/// <c>LeaseDuration - RenewDeadline</c> before another can have won. Others' timestamps are never compared with the own clock: a lease
/// has expired when it has not changed for its duration as measured here. Whoever finds no lease makes one, and leads after a
/// RenewDeadline: the lease may have been deleted under a leader, who then does not know yet.
/// </para>
/// <para>
/// Fence: a process that stood still (SIGSTOP, a paused VM) may wake in the middle of a write of its. A write that must not follow a later
/// leader's reads the object, then checks <see cref="IsLeader"/>, and writes with the resourceVersion that it read. Had another led and
/// written since the read, the version is refused; had it written before, <see cref="IsLeader"/> was false already.
/// </para>
/// </remarks>
public sealed class LeaderElector : ILeadership
{
    private const double JitterFactor = 1.2;

    private readonly IKubernetesClient _client;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly Heartbeat _heartbeat;
    private LeaseSpec? _observed;
    private long _observedAt;
    private long _renewedAt;
    private long? _madeAt;
    private volatile bool _isLeader;

    /// <summary>A candidate that does not compete yet.</summary>
    public LeaderElector(IKubernetesClient client, LeaderElectionOptions options, RuntimeServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(services);
        if (options.RenewDeadline >= options.LeaseDuration || options.RetryPeriod * JitterFactor >= options.RenewDeadline)
        {
            throw new ArgumentException("RetryPeriod * 1.2 < RenewDeadline < LeaseDuration must hold.", nameof(options));
        }

        _client = client;
        _options = options;
        _time = services.Time;
        _random = services.Random;
        _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.LeaderElector");
        _heartbeat = services.Health.AddLoop("leader election");
        services.Metrics.ObserveLeader(options.Name, () => IsLeader);
    }

    /// <summary>
    /// True from winning to losing or releasing. Measured when asked: false once the last renewal is older than RenewDeadline, also in a
    /// process that has just woken and has not tried to renew since.
    /// </summary>
    public bool IsLeader => _isLeader && Left() > TimeSpan.Zero;

    /// <summary>Competes until it leads.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        ElectionLog.Competing(_logger, _options.Identity, _options.Namespace, _options.Name);
        using var watchUntilWon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = new LeaseWatch(_client, _options, _time, _random);
        var watching = Task.CompletedTask;
        try
        {
            while (true)
            {
                _heartbeat.ExpectWithin(_options.RenewDeadline * 3);
                if (await TryAsync(_options.TryLimit, cancellationToken))
                {
                    (_isLeader, _madeAt) = (true, null);
                    ElectionLog.Leading(_logger, _options.Identity);
                    return;
                }

                // Only who has to wait watches.
                watching = watching.IsCompleted ? watch.RunAsync(watchUntilWon.Token) : watching;
                await watch.FreeAsync(_options.RetryPeriod * (1 + (JitterFactor * _random.NextDouble())), cancellationToken);
            }
        }
        finally
        {
            await watchUntilWon.CancelAsync();
            await watching;
            _heartbeat.Idle();
        }
    }

    /// <summary>Renews the lease. Ends when it is lost (then the process must end at once: what leads next is already under way) or when cancelled.</summary>
    /// <returns>True when it was lost.</returns>
    public async Task<bool> HoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pause = _options.RetryPeriod;
            while (true)
            {
                _heartbeat.ExpectWithin(_options.RenewDeadline * 3);
                var left = Left();
                await Task.Delay(left < pause && left > TimeSpan.Zero ? left : pause, _time, cancellationToken);
                left = Left();
                var startedAt = _time.GetTimestamp();
                if (left > TimeSpan.Zero && await TryAsync(left < _options.TryLimit ? left : _options.TryLimit, cancellationToken))
                {
                    pause = _options.RetryPeriod;
                    continue;
                }

                var tried = _time.GetElapsedTime(startedAt);
                pause = tried < _options.RetryPeriod ? _options.RetryPeriod - tried : TimeSpan.Zero;

                if (Left() <= TimeSpan.Zero || IsHeldByAnother)
                {
                    _isLeader = false;
                    ElectionLog.Lost(_logger, _options.Identity, _observed?.HolderIdentity);
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            _heartbeat.Idle();
        }
    }

    /// <summary>Gives the lease up, so that the next one need not wait. After the last write that needed it.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!_isLeader && _madeAt is null)
        {
            return;
        }

        (_isLeader, _madeAt) = (false, null);
        try
        {
            var lease = await _client.GetAsync<Lease>(_options.Name, _options.Namespace, cancellationToken);
            if (lease?.Spec?.HolderIdentity == _options.Identity)
            {
                // Null, not empty: newer API servers refuse an empty holder. The duration must be positive all the same.
                var released = lease.Spec with { HolderIdentity = null, LeaseDurationSeconds = 1, RenewTime = _time.GetUtcNow() };
                await WriteAsync(lease, released, cancellationToken);
            }
        }
        catch (Exception e) when (e is KubernetesApiException or OperationCanceledException)
        {
            // It expires by itself.
            ElectionLog.NotReleased(_logger, e.Message);
        }
    }

    private TimeSpan Left() => _options.RenewDeadline - _time.GetElapsedTime(_renewedAt);

    private bool IsHeldByAnother => _observed?.HolderIdentity is { Length: > 0 } holder && holder != _options.Identity;

    private async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(limit, _time, cancellationToken);
        try
        {
            return await TryAcquireOrRenewAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.HasPassed)
        {
            return false;
        }
        catch (KubernetesApiException e) when (e.IsOutdated || e.IsAlreadyExists)
        {
            // Another was faster.
            return false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            ElectionLog.TryFailed(_logger, e.Message);
            return false;
        }
    }

    private async Task<bool> TryAcquireOrRenewAsync(CancellationToken cancellationToken)
    {
        // From before the request: others can see the renewal at the earliest after this.
        var startedAt = _time.GetTimestamp();
        var now = _time.GetUtcNow();
        var lease = await _client.GetAsync<Lease>(_options.Name, _options.Namespace, cancellationToken);
        if (lease is null)
        {
            var created = await _client.CreateAsync(
                new Lease { Metadata = new() { Name = _options.Name, Namespace = _options.Namespace }, Spec = Record(null, now) },
                cancellationToken);
            Observe(created.Spec);
            _renewedAt = startedAt;
            if (!_isLeader)
            {
                _madeAt = startedAt;
                ElectionLog.Made(_logger, _options.Identity, _options.RenewDeadline.TotalSeconds);
            }

            return _isLeader;
        }

        Observe(lease.Spec);
        _madeAt = IsHeldByAnother ? null : _madeAt;

        // A leader that finds another's name has lost, also if that one has expired since: there was another leader in between.
        if (IsHeldByAnother && (_isLeader || _time.GetElapsedTime(_observedAt) < DurationOf(lease.Spec!)))
        {
            return false;
        }

        var written = await WriteAsync(lease, Record(lease.Spec, now), cancellationToken);
        Observe(written.Spec);
        _renewedAt = startedAt;
        return _isLeader || _madeAt is not { } made || _time.GetElapsedTime(made, startedAt) >= _options.RenewDeadline;
    }

    private void Observe(LeaseSpec? spec)
    {
        if (_observed != spec)
        {
            _observed = spec;
            _observedAt = _time.GetTimestamp();
        }
    }

    private TimeSpan DurationOf(LeaseSpec spec) =>
        spec.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : _options.LeaseDuration;

    private LeaseSpec Record(LeaseSpec? before, DateTimeOffset now)
    {
        var mine = before?.HolderIdentity == _options.Identity;
        return new LeaseSpec
        {
            HolderIdentity = _options.Identity,
            LeaseDurationSeconds = (int)Math.Ceiling(_options.LeaseDuration.TotalSeconds),
            AcquireTime = mine ? before!.AcquireTime : now,
            RenewTime = now,
            LeaseTransitions = (before?.LeaseTransitions ?? 0) + (mine || before is null ? 0 : 1),
        };
    }

    private Task<Lease> WriteAsync(Lease lease, LeaseSpec spec, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToNode(new Lease { Spec = spec }, Lease.Definition.JsonTypeInfo)!;
        var patch = new JsonPatch()
            .Test("/metadata/resourceVersion", lease.Metadata.ResourceVersion)
            .Add("/spec", json["spec"] ?? new JsonObject());
        return _client.PatchAsync<Lease>(_options.Name, _options.Namespace, patch, cancellationToken);
    }
}

internal static partial class ElectionLog
{
    [LoggerMessage(1, LogLevel.Information, "{Identity} competes for the lease {Namespace}/{Name}")]
    public static partial void Competing(ILogger logger, string identity, string @namespace, string name);

    [LoggerMessage(2, LogLevel.Information, "{Identity} leads")]
    public static partial void Leading(ILogger logger, string identity);

    [LoggerMessage(6, LogLevel.Information, "There was no lease: {Identity} has made it, and leads in {Seconds:0} s, when nobody can believe to lead by an earlier one")]
    public static partial void Made(ILogger logger, string identity, double seconds);

    [LoggerMessage(3, LogLevel.Error, "{Identity} leads no more; holder is {Holder}")]
    public static partial void Lost(ILogger logger, string identity, string? holder);

    [LoggerMessage(4, LogLevel.Warning, "The lease could not be read or written: {Error}")]
    public static partial void TryFailed(ILogger logger, string error);

    [LoggerMessage(5, LogLevel.Warning, "The lease could not be released and will expire: {Error}")]
    public static partial void NotReleased(ILogger logger, string error);
}
