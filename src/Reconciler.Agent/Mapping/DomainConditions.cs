using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;

namespace Reconciler.Agent.Mapping;

/// <summary>The conditions that the agent owns, computed from what one pass found.</summary>
internal static class DomainConditions
{
    public static IReadOnlyList<Condition> Compute(DomainFindings f, string powerState)
    {
        var ready = Ready(f, powerState);
        return
        [
            Make(f, "Ready", ready.Status, ready.Reason, ready.Message),
            Progressing(f, ready.Reason),
            RestartRequired(f),
        ];
    }

    /// <summary>
    /// True when the domain is as desired. A problem comes before what is waited for, and that before what is still to be done: the
    /// first is what a person has to look at.
    /// </summary>
    private static (string Status, string Reason, string Message) Ready(DomainFindings f, string powerState)
    {
        if (f.Problem is { } problem)
            return (problem.Unobserved ? "Unknown" : "False", problem.Reason, problem.Message);
        if (f.Plan is null)
            return ("Unknown", "HostUnavailable", "The host was not asked yet.");
        if (f.Plan.Wait is { } wait)
            return ("False", wait.Reason.ToString(), wait.Message);
        if (f.Plan.Steps.Count > 0)
            return ("False", Doing(f.Plan.Steps[^1]), "The next pass goes on.");
        return f.Object.Metadata.DeletionTimestamp is null
            ? ("True", powerState, f.Domain is { Ownership: DomainOwnership.Ours } d ? $"The domain is {powerState.ToLowerInvariant()} with domid {d.Domid}." : "The domain is halted.")
            : ("False", "Released", "Nothing of the domain is left on the host.");
    }

    /// <summary>True while something ends it without a person: a step to come, or a deadline.</summary>
    private static Condition Progressing(DomainFindings f, string reason)
    {
        var progressing = f.Plan is { IsConverged: false } plan && f.Problem is null && (plan.Steps.Count > 0 || plan.Wait?.Deadline is not null);
        return progressing
            ? Make(f, "Progressing", "True", reason, f.Plan!.Wait?.Message ?? "")
            : Make(f, "Progressing", "False", f.Plan is { IsConverged: true } && f.Problem is null ? "Converged" : "Blocked", "");
    }

    /// <summary>Computed anew each time from what the domain was booted with, so it goes away when the spec goes back.</summary>
    private static Condition RestartRequired(DomainFindings f)
    {
        if (f.Desired is not { } desired || f.Domain is not { Mark.BootedWith: { } booted })
            return Make(f, "RestartRequired", "False", "NotNeeded", "");

        var changed = new List<string>();
        if (desired.Vcpus != booted.Vcpus)
            changed.Add($"cpu.vcpus ({booted.Vcpus} -> {desired.Vcpus})");
        if (desired.MemoryKiB != booted.MemoryKiB)
            changed.Add($"memory.size ({Api.Quantity.FromKiB(booted.MemoryKiB)} -> {Api.Quantity.FromKiB(desired.MemoryKiB)})");
        if (desired.Boot.Kernel != booted.Boot.Kernel)
            changed.Add("boot.kernel");
        if (desired.Boot.Ramdisk != booted.Boot.Ramdisk)
            changed.Add("boot.ramdisk");
        if ((desired.Boot.Cmdline ?? "") != (booted.Boot.Cmdline ?? ""))
            changed.Add("boot.cmdline");
        return changed.Count == 0
            ? Make(f, "RestartRequired", "False", "NotNeeded", "")
            : Make(f, "RestartRequired", "True", "SpecChanged", $"Takes effect when the domain is next started: {string.Join(", ", changed)}.");
    }

    private static string Doing(Step step) => step switch
    {
        Step.CreatePaused => "Creating",
        Step.Unpause => "Starting",
        Step.Pause => "Pausing",
        Step.RequestShutdown => "ShuttingDown",
        Step.WithdrawShutdown => "Starting",
        _ => "Destroying",
    };

    private static Condition Make(DomainFindings f, string type, string status, string reason, string message)
    {
        var last = f.Object.Status?.Conditions?.FirstOrDefault(c => c.Type == type);
        return new Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = f.Object.Metadata.Generation,
            LastTransitionTime = last is not null && last.Status == status ? last.LastTransitionTime : Clock.WholeSeconds(f.Now),
        };
    }
}
