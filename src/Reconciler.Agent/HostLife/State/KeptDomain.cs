using System.Text.Json.Serialization;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Domains;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using RestartPolicy = Reconciler.Api.Domains.RestartPolicy;

namespace Reconciler.Agent.HostLife.State;

/// <summary>What of a Domain of this host is kept on it: enough to start it and to shut it down without anybody to ask.</summary>
internal sealed record KeptDomain
{
    public const int CurrentFormat = 1;

    /// <summary>A later one is not understood, and named.</summary>
    public required int Format { get; init; }

    /// <summary>What should be, with its disks and NICs as they are on this host.</summary>
    public required DesiredDomain Desired { get; init; }

    public HostStopAction OnHostStop { get; init; }

    public HostStartAction OnHostStart { get; init; }

    /// <summary>Lower ones are started earlier, and shut down later.</summary>
    public int Order { get; init; }

    /// <summary>Seconds that the next order waits.</summary>
    public int DelaySeconds { get; init; }

    public int GracePeriodSeconds { get; init; }

    public ShutdownTimeoutAction OnTimeout { get; init; }

    public RestartPolicy RestartPolicy { get; init; }

    /// <summary>The last time that the guest ended by itself: one that stays down for that stays down over a reboot of the host.</summary>
    public ExitStatus? LastExit { get; init; }

    /// <summary>There is no other host that it could have been given to meanwhile: what is kept is the last word.</summary>
    public bool OnlyHost { get; init; }

    /// <summary>The last boot of the host in which the domain was seen as it should be. An earlier one than this: its turn to be started is still to come.</summary>
    public required string BootId { get; init; }

    /// <summary>When it was let run in that boot.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    [JsonIgnore]
    public bool IsWanted => Desired.Power != DesiredPower.Halted;

    [JsonIgnore]
    public TimeSpan Delay => TimeSpan.FromSeconds(DelaySeconds);

    [JsonIgnore]
    public DomainPolicy Policy => new()
    {
        ShutdownGracePeriod = TimeSpan.FromSeconds(GracePeriodSeconds),
        OnShutdownTimeout = OnTimeout == ShutdownTimeoutAction.Wait ? OnShutdownTimeout.Wait : OnShutdownTimeout.Destroy,
        RestartPolicy = Enum.Parse<Xen.Planning.RestartPolicy>(RestartPolicy.ToString()),
    };

    /// <param name="spec">The spec of the Domain.</param>
    /// <param name="desired">What it was mapped to, with its devices.</param>
    /// <param name="exit">The record of its last end by itself.</param>
    /// <param name="bootId">See <see cref="BootId"/>.</param>
    public static KeptDomain Of(DomainSpec spec, DesiredDomain desired, ExitRecord? exit, string bootId)
    {
        spec = spec.WithDefaults();
        return new KeptDomain
        {
            Format = CurrentFormat,
            Desired = desired,
            OnHostStop = spec.OnHostStop!.Value,
            OnHostStart = spec.OnHostStart!.Value,
            Order = spec.StartOrder!.Order!.Value,
            DelaySeconds = spec.StartOrder.DelaySeconds!.Value,
            GracePeriodSeconds = spec.Shutdown!.GracePeriodSeconds!.Value,
            OnTimeout = spec.Shutdown.OnTimeout!.Value,
            RestartPolicy = spec.RestartPolicy!.Value,
            LastExit = ExitMapping.ToStatus(exit),
            BootId = bootId,
        };
    }
}
