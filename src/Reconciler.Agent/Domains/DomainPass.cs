using Reconciler.Agent.Devices;
using Reconciler.Agent.HostLife;
using Reconciler.Agent.Mapping;
using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Validation;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Domains;

/// <summary>
/// One pass over one Domain of this host: observe, plan, write what would be lost, execute, observe again, tell.
/// </summary>
/// <remarks>
/// Nothing is remembered between passes: what the next one needs is on the host (the mark) or in the status. Of the status, two things are
/// written <i>before</i> a step destroys their only witness: how a guest ended, and that it is being forced off.
/// </remarks>
internal sealed class DomainPass(
    IXenHost host, DeviceMapping devices, Func<Domain, Observation, CancellationToken, Task<DeviceObjects>> devicesOf, TimeProvider time, IStepObserver? steps = null,
    HostPhase? phase = null, FailPoint? failPoint = null)
{
    /// <summary>How soon a guest that could not be asked to power off is asked again, and a step that no longer applied is planned anew.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>How often a host that objects (a file is missing) is looked at again: nothing tells of a file that comes.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    /// <summary>What a host mounts and plugs together after its boot may come after its agent: its Domains are not sent away for that.</summary>
    private static readonly TimeSpan UntilHostIsComplete = TimeSpan.FromMinutes(2);

    private readonly long _begun = time.GetTimestamp();

    /// <param name="entity">The Domain; this host holds it.</param>
    /// <param name="tellFirst">Whether the status has to be written before anything is done: the write is refused if the Domain is not this host's any more.</param>
    /// <param name="writeStatus">Writes the fields that the agent owns, unless they are so already.</param>
    /// <param name="cancellationToken">Honoured between steps.</param>
    public async Task<PassResult> RunAsync(
        Domain entity, bool tellFirst, Func<DomainStatus, CancellationToken, Task> writeStatus, CancellationToken cancellationToken)
    {
        var deleting = entity.Metadata.DeletionTimestamp is not null;
        var errors = deleting ? [] : DomainValidation.Validate(entity);
        var desired = deleting || errors.Count > 0 ? null : DesiredDomainMapping.ToDesired(entity);
        var policy = DesiredDomainMapping.ToPolicy(entity.Spec);
        var key = new DomainKey(Guid.Parse(entity.Metadata.Uid!), $"{entity.Metadata.Namespace}.{entity.Metadata.Name}", desired?.Adopts?.XenUuid);

        DomainFindings findings;
        try
        {
            findings = await LookAsync(entity, key, desired, policy, ExitMapping.FromStatus(entity.Status?.LastExit), cancellationToken);
        }
        catch (XenException e)
        {
            return await EndAsync(await BlindAsync(entity, e, cancellationToken), null, e, writeStatus, cancellationToken);
        }

        // A spec that can't be carried out changes nothing: what runs goes on running.
        if (errors.Count > 0)
        {
            var invalid = new Problem(ReadyCondition.InvalidSpec, string.Join(" ", errors.Select(e => e.ToString())));
            return await EndAsync(findings with { Plan = null, Problem = invalid }, null, null, writeStatus, cancellationToken);
        }

        if (await HoldAsync(findings, cancellationToken) is { } held)
            return await EndHeldAsync(findings, held, writeStatus, cancellationToken);
        tellFirst |= MustBeToldFirst(entity, findings);
        if (tellFirst)
        {
            await writeStatus(DomainStatusMapping.ToStatus(findings), cancellationToken);
            findings = findings with { Plan = Planner.Plan(findings.Desired, findings.Observed!, findings.Policy, findings.Exit, time.GetUtcNow()) };
        }
        if (findings.Plan!.Steps.Count == 0)
            return await EndAsync(findings, null, null, writeStatus, cancellationToken);

        // Again: the write above may have taken its time.
        if (await HoldAsync(findings, cancellationToken) is { } stopped)
            return await EndHeldAsync(findings, stopped, writeStatus, cancellationToken);
        try
        {
            var failures = new DeviceFailures(steps);
            using var goOn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, phase?.Stopping ?? CancellationToken.None);
            var execution = await new Executor(host, time, failures, failPoint).ExecuteAsync(key, findings.Plan, goOn.Token);
            var objections = await ObjectionsAsync(execution, cancellationToken);
            var after = await LookAsync(tellFirst ? Told(entity, findings) : entity, key, desired, policy, findings.Exit, cancellationToken);
            var failure = objections.Count > 0 || IsRefusedShutdown(execution) || IsOfOneDevice(execution) ? null : execution.Error;
            var problem = failure is not null ? Problems.From(failure) : objections.Count > 0 ? Problems.From(objections) : null;
            return await EndAsync(after with { Problem = problem, Refusal = HostRefusalMapping.OfCreate(entity, execution, after.Now) ?? after.Refusal, DeviceFailures = failures.ByDevice }, execution, failure, writeStatus, cancellationToken);
        }
        catch (XenException e)
        {
            return await EndAsync(await BlindAsync(entity, e, cancellationToken), null, e, writeStatus, cancellationToken);
        }
    }

    private async Task<HeldBack?> HoldAsync(DomainFindings findings, CancellationToken cancellationToken) =>
        phase is null ? null : await phase.HoldAsync(findings, cancellationToken);

    private static async Task<PassResult> EndHeldAsync(
        DomainFindings findings, HeldBack held, Func<DomainStatus, CancellationToken, Task> writeStatus, CancellationToken cancellationToken)
    {
        var result = await EndAsync(findings with { Plan = null, Problem = held.Problem }, null, null, writeStatus, cancellationToken);
        return result with { IsHeldBack = true, LookAgainAfter = held.Until is { } until ? Max(until - findings.Now, TimeSpan.Zero) : null };
    }

    private async Task<DomainFindings> LookAsync(
        Domain entity, DomainKey key, DesiredDomain? desired, DomainPolicy policy, ExitRecord? lastExit, CancellationToken cancellationToken)
    {
        var observed = await host.ObserveAsync(key, cancellationToken);
        var objects = await devicesOf(entity, observed, cancellationToken);
        var living = DomainFindings.LivingOf(observed);
        var found = devices.Map(entity, objects, living);
        desired = desired is null ? null : DeviceMapping.AddTo(desired, entity, objects, found, living);
        var exit = Exits.Next(lastExit, desired, observed);
        // On a host that it leaves it is shut down as if it were to be halted. How it ended before is still to be known where it goes.
        var leaving = desired is null ? null : LeavingOf(entity);
        if (leaving is not null) desired = desired! with { Power = DesiredPower.Halted };
        policy = policy with { Detach = DeviceMapping.DetachPolicies(objects) };
        var now = time.GetUtcNow();
        var plan = Planner.Plan(desired, observed, policy, lastExit, now);
        var findings = new DomainFindings
        {
            Object = entity,
            Now = now,
            Observed = observed,
            Desired = desired,
            Policy = policy,
            Plan = plan,
            Devices = [.. found.Select(d => d with { Report = plan.Devices.LastOrDefault(r => r.ObjectUid == d.Uid) })],
            Exit = exit,
            Leaving = leaving,
            LastShutdown = ShutdownRecord.Next(entity, observed),
        };
        return time.GetElapsedTime(_begun) < UntilHostIsComplete ? findings : findings with { Refusal = HostRefusalMapping.OfDevices(findings) };
    }

    /// <summary>The move that takes it off this host, which holds it.</summary>
    private static DomainMove? LeavingOf(Domain entity) => entity.Status?.Move is { } move && move.From == entity.Status.Host ? move : null;

    /// <summary>Whether a step of the plan, or the next life, destroys the only witness of something that the status does not say yet.</summary>
    private static bool MustBeToldFirst(Domain entity, DomainFindings findings) =>
        findings.Plan!.Steps.Any(s => s is Step.Destroy { Cause: DestroyCause.GracePeriodExpired or DestroyCause.Remains })
        || ExitMapping.ToStatus(findings.Exit) != entity.Status?.LastExit;

    /// <summary>The object as it is after the first write, so that the second look sees what that one said.</summary>
    private static Domain Told(Domain entity, DomainFindings findings) =>
        entity with { Status = DomainStatusMapping.ToStatus(findings) with { Host = entity.Status?.Host, Move = entity.Status?.Move } };

    /// <summary>
    /// What the host has against the domain that it has just refused to create. Not asked beforehand: a create checks the same before it
    /// touches anything, and nearly every one succeeds.
    /// </summary>
    private async Task<IReadOnlyList<HostObjection>> ObjectionsAsync(ExecutionResult execution, CancellationToken cancellationToken) =>
        execution is { Stopped: Step.CreatePaused create, Error.Code: XenErrorCode.FileNotUsable or XenErrorCode.InvalidConfiguration or XenErrorCode.NotSupported }
            ? await host.CheckAsync(create.Domain, cancellationToken)
            : [];

    private static async Task<PassResult> EndAsync(
        DomainFindings findings, ExecutionResult? execution, XenException? failure,
        Func<DomainStatus, CancellationToken, Task> writeStatus, CancellationToken cancellationToken)
    {
        // An object that its last finalizer is about to leave goes with whatever it says.
        if (!findings.IsGone || findings.Object.Metadata.Finalizers is not [XenApi.ReleaseFinalizer])
            await writeStatus(DomainStatusMapping.ToStatus(findings), cancellationToken);
        return new PassResult { Findings = findings, Execution = execution, Failure = failure, LookAgainAfter = LookAgain(findings, execution) };
    }

    private static TimeSpan? LookAgain(DomainFindings findings, ExecutionResult? execution)
    {
        if (findings.Plan is not { } plan)
            return null;
        if (execution?.HasPostponed == true)
            return TimeSpan.Zero;
        if (findings.Problem is not null || findings.DeviceFailures.Count > 0)
            return Later;
        // What is kept of it on the host is written anew when the status says that it was adopted.
        if (findings is { Desired.Adopts: { } adopts, Observed: { } observed } && Adoption.IsDone(adopts, observed))
            return TimeSpan.Zero;
        var next = plan.Wait?.Next is { } at ? Max(at - findings.Now, TimeSpan.Zero) : (TimeSpan?)null;
        if (plan.Steps.Count > 0)
            return execution is { Completed: true } ? TimeSpan.Zero : Min(next ?? Soon, Soon);
        return findings.Devices.Select(d => LookAgain(d, findings)).Append(next).Min();
    }

    /// <summary>Nothing tells of a file or a bridge that comes, nor of a guest that lets its time to connect pass.</summary>
    private static TimeSpan? LookAgain(DeviceFinding device, DomainFindings findings)
    {
        if (device.Problem is { Reason: not (DeviceReadyCondition.NotAccepted or DeviceReadyCondition.NotSupported) }) return Later;
        return DeviceSight.Of(device, findings).WaitingFor?.Deadline is { } deadline && deadline > findings.Now ? deadline - findings.Now : null;
    }

    /// <summary>A device that can't be attached or taken away is no failure of the Domain: its own status tells, and it is tried again.</summary>
    private static bool IsOfOneDevice(ExecutionResult execution) =>
        execution is { Stopped.About: not null, Error.Code: not XenErrorCode.Unavailable };

    /// <summary>The host could not be asked: nothing is known but what was recorded.</summary>
    private async Task<DomainFindings> BlindAsync(Domain entity, XenException e, CancellationToken cancellationToken) => new()
    {
        Object = entity,
        Now = time.GetUtcNow(),
        Devices = [.. devices.Held(entity, await devicesOf(entity, Observation.Nothing(time.GetUtcNow()), cancellationToken))],
        Problem = Problems.From(e) with { Unobserved = true },
        Exit = ExitMapping.FromStatus(entity.Status?.LastExit),
        LastShutdown = entity.Status?.LastShutdown,
    };

    /// <summary>A guest that can't be asked is no failure: its grace period runs, and the plan says what follows.</summary>
    private static bool IsRefusedShutdown(ExecutionResult execution) =>
        execution is { Stopped: Step.RequestShutdown, Error.Code: XenErrorCode.NotSupported };

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
