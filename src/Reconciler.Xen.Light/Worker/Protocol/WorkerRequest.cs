using System.Text.Json.Serialization;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Worker.Protocol;

/// <summary>One operation. The set is closed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(DescribeRequest), "describe")]
[JsonDerivedType(typeof(ObserveRequest), "observe")]
[JsonDerivedType(typeof(CheckRequest), "check")]
[JsonDerivedType(typeof(CreateRequest), "create-paused")]
[JsonDerivedType(typeof(InspectRequest), "inspect")]
[JsonDerivedType(typeof(AdoptRequest), "adopt")]
[JsonDerivedType(typeof(UnpauseRequest), "unpause")]
[JsonDerivedType(typeof(PauseRequest), "pause")]
[JsonDerivedType(typeof(ShutdownRequest), "request-shutdown")]
[JsonDerivedType(typeof(WithdrawShutdownRequest), "withdraw-shutdown")]
[JsonDerivedType(typeof(DestroyRequest), "destroy")]
[JsonDerivedType(typeof(AttachRequest), "attach-device")]
[JsonDerivedType(typeof(ConfigureNicRequest), "configure-nic")]
[JsonDerivedType(typeof(RequestDetachRequest), "request-detach")]
[JsonDerivedType(typeof(DetachRequest), "detach")]
internal abstract record WorkerRequest
{
    /// <summary>Counts up within one worker's life.</summary>
    public long Id { get; init; }

    /// <summary>The operation's name in errors and logs, the same as its discriminator.</summary>
    [JsonIgnore]
    public abstract string Operation { get; }
}

/// <summary>What the hypervisor is and has.</summary>
internal sealed record DescribeRequest : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "describe";
}

/// <summary>Every domain's identity, and the details of those named; of all when none is.</summary>
internal sealed record ObserveRequest : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "observe";

    public Guid? Uuid { get; init; }

    /// <summary>Beside the former: one by the UUID that Xen has for it.</summary>
    public Guid? XenUuid { get; init; }

    public int? Domid { get; init; }
}

/// <summary>Whether libxl would take a configuration; touches nothing.</summary>
internal sealed record CheckRequest(string Configuration) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "check";
}

internal sealed record CreateRequest(string Configuration, DomainMark Mark) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "create-paused";
}

/// <summary>What a domain of somebody else's is made of.</summary>
/// <param name="Domain">By the UUID that Xen has for it.</param>
internal sealed record InspectRequest(DomainRef Domain) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "inspect";
}

/// <param name="Found">The domain, by the UUID that Xen has for it.</param>
/// <param name="Domain">What it should be.</param>
/// <param name="At">Goes into the mark as the time of its adoption.</param>
/// <param name="StartedAt">Goes into the mark as the time of its start; null: not known.</param>
internal sealed record AdoptRequest(DomainRef Found, DesiredDomain Domain, DateTimeOffset At, DateTimeOffset? StartedAt = null) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "adopt";
}

/// <param name="Domain">The domain.</param>
/// <param name="At">Goes into the mark as the time of the start.</param>
internal sealed record UnpauseRequest(DomainRef Domain, DateTimeOffset At) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "unpause";
}

internal sealed record PauseRequest(DomainRef Domain) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "pause";
}

/// <param name="Domain">The domain.</param>
/// <param name="At">Goes into the mark as the time of the request.</param>
internal sealed record ShutdownRequest(DomainRef Domain, DateTimeOffset At) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "request-shutdown";
}

internal sealed record WithdrawShutdownRequest(DomainRef Domain) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "withdraw-shutdown";
}

internal sealed record DestroyRequest(DomainRef Domain) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "destroy";
}

/// <param name="Domain">The domain.</param>
/// <param name="Device">Goes into the mark: what is attached, since when.</param>
/// <param name="Configuration">The device in libxl's JSON.</param>
internal sealed record AttachRequest(DomainRef Domain, DeviceMark Device, string Configuration) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "attach-device";
}

/// <param name="Domain">The domain.</param>
/// <param name="Nic">How its NIC of that index is to be.</param>
internal sealed record ConfigureNicRequest(DomainRef Domain, DesiredNic Nic) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "configure-nic";
}

/// <param name="Domain">The domain.</param>
/// <param name="Device">Which of its devices.</param>
/// <param name="At">Goes into the mark as the time of the request.</param>
internal sealed record RequestDetachRequest(DomainRef Domain, DeviceRef Device, DateTimeOffset At) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "request-detach";
}

/// <param name="Domain">The domain.</param>
/// <param name="Device">Which of its devices.</param>
/// <param name="Force">Even if the guest uses it.</param>
internal sealed record DetachRequest(DomainRef Domain, DeviceRef Device, bool Force) : WorkerRequest
{
    [JsonIgnore]
    public override string Operation => "detach";
}
