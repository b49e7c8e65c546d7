using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <content>The calls that act: each a list of micro-steps, in the order in which a real toolstack does them.</content>
public sealed partial class SimulatedHost
{
    public async Task<int> CreatePausedAsync(DesiredDomain domain, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(domain);
        SimulatedDomain made = null!;
        await OperateAsync(HostOperation.CreatePaused, domain.Uuid,
        [
            new("intent", () =>
            {
                RequireBuildable(domain);
                RequireAbsent(domain);
                _machine.State.Intents.Add(domain.Uuid);
            }),
            new("domain", () =>
            {
                try
                {
                    RequireAbsent(domain);
                    RequireMemory(domain);
                }
                catch (XenException)
                {
                    // A domain that was made by hand meanwhile is not to be taken for ours because of the intent.
                    _machine.State.Intents.Remove(domain.Uuid);
                    throw;
                }
                var guest = GuestCmdline.Parse(domain.Boot.Cmdline, _options.Guest).Behavior;
                made = _machine.Create(domain.Uuid, domain.Type, domain.Vcpus, domain.MemoryKiB, guest, domain.Boot);
            }),
            new("xenstore", () => _machine.WriteXenstore(made, domain.XenName)),
            new("kernel", () => Build(domain, made)),
            .. DeviceSteps(domain, () => made),
            new("mark", () => made.Mark = MarkOf(domain)),
            new("forget-intent", () => _machine.State.Intents.Remove(domain.Uuid)),
        ], cancellationToken);
        return made.Domid;
    }

    public Task UnpauseAsync(DomainRef domain, CancellationToken cancellationToken) =>
        OperateAsync(HostOperation.Unpause, domain.Uuid,
        [
            // First the mark: without StartedAt, nobody doubts that the guest never ran.
            new("mark", () =>
            {
                var target = RequireAlive(domain, HostOperation.Unpause);
                target.Mark = target.Mark!.WithStart(_time.GetUtcNow());
            }),
            new("unpause", () => _machine.Unpause(RequireAlive(domain, HostOperation.Unpause), _time.GetUtcNow())),
        ], cancellationToken);

    public Task PauseAsync(DomainRef domain, CancellationToken cancellationToken) =>
        OperateAsync(HostOperation.Pause, domain.Uuid,
            [new("pause", () => _machine.Pause(RequireAlive(domain, HostOperation.Pause), _time.GetUtcNow()))], cancellationToken);

    public async Task RequestShutdownAsync(DomainRef domain, CancellationToken cancellationToken)
    {
        var refused = false;
        await OperateAsync(HostOperation.RequestShutdown, domain.Uuid,
        [
            new("ask", () =>
            {
                var target = RequireAlive(domain, HostOperation.RequestShutdown, suspendedToo: true);
                refused = !Machine.CanBeAsked(target);
                if (!refused)
                    _machine.AskToPowerOff(target, _time.GetUtcNow());
            }),
            new("mark", () =>
            {
                // It may have powered off between the two: its mark is still there then, and says that this was ordered.
                var target = Require(domain, HostOperation.RequestShutdown);
                target.Mark = target.Mark!.WithShutdownRequest(_time.GetUtcNow(), refused);
            }),
        ], cancellationToken);
        if (refused)
            throw Error(XenErrorCode.NotSupported, HostOperation.RequestShutdown, "the guest offers no way to be asked to power off");
    }

    public Task WithdrawShutdownAsync(DomainRef domain, CancellationToken cancellationToken) =>
        OperateAsync(HostOperation.WithdrawShutdown, domain.Uuid,
        [
            new("xenstore", () => _machine.StopAsking(RequireAlive(domain, HostOperation.WithdrawShutdown, suspendedToo: true))),
            new("mark", () =>
            {
                var target = RequireAlive(domain, HostOperation.WithdrawShutdown, suspendedToo: true);
                target.Mark = target.Mark!.WithoutShutdownRequest();
            }),
        ], cancellationToken);

    public Task DestroyAsync(DomainRef domain, CancellationToken cancellationToken)
    {
        // Each micro-step looks again, so that doing one twice, or after a person did it, is harmless. The domain is kept by reference
        // once the mark is gone: nothing else tells then that it is ours.
        SimulatedDomain? target = null;
        return OperateAsync(HostOperation.Destroy, domain.Uuid,
        [
            new("intent", () =>
            {
                target = _machine.WithDomid(domain.Domid) is { State: not RunState.Dying } d && d.Uuid == domain.Uuid ? d : null;
                if (target is null)
                    return;
                if (OwnershipOf(target) == DomainOwnership.Foreign)
                    throw NotOurs(domain, HostOperation.Destroy);
                _machine.State.Intents.Add(domain.Uuid);
            }),
            new("pause", () => Do(d => _machine.Pause(d, _time.GetUtcNow()))),
            new("devices", () => Do(_machine.UnplugAll)),
            new("forget", () => Do(_machine.Forget)),
            new("domain", () => Do(d => _machine.Destroy(d, _time.GetUtcNow()))),
            new("forget-intent", () =>
            {
                if (target is not null)
                    _machine.State.Intents.Remove(domain.Uuid);
            }),
        ], cancellationToken);

        void Do(Action<SimulatedDomain> act)
        {
            if (target is not null && _machine.State.Domains.Contains(target) && target.State != RunState.Dying)
                act(target);
        }
    }

    private void RequireAbsent(DesiredDomain domain)
    {
        if (_machine.WithUuid(domain.Uuid).Any())
            throw Error(XenErrorCode.AlreadyExists, HostOperation.CreatePaused, $"a domain with uuid {domain.Uuid} exists already");
        if (_machine.WithName(domain.XenName) is { } holder)
            throw Error(XenErrorCode.AlreadyExists, HostOperation.CreatePaused, $"domain {holder.Domid} has the name {domain.XenName} already");
    }

    private void RequireBuildable(DesiredDomain domain)
    {
        if (Objections(domain).FirstOrDefault() is not { } objection)
            return;
        var code = objection.Reason switch
        {
            "TypeNotSupported" => XenErrorCode.NotSupported,
            "CmdlineNotUnderstood" => XenErrorCode.InvalidConfiguration,
            _ => XenErrorCode.FileNotUsable,
        };
        throw Error(code, HostOperation.CreatePaused, $"{objection.Field}: {objection.Message}");
    }

    private void RequireMemory(DesiredDomain domain)
    {
        var needed = domain.MemoryKiB + MemoryModel.OverheadKiB(domain.Type, domain.Vcpus, domain.MemoryKiB);
        if (needed <= FreeMemoryKiB)
            return;
        throw Error(XenErrorCode.NotEnoughMemory, HostOperation.CreatePaused, $"needs {needed} KiB with overhead, {FreeMemoryKiB} KiB are free");
    }

    private void Build(DesiredDomain domain, SimulatedDomain made)
    {
        string?[] files = [domain.Boot.Kernel, domain.Boot.Ramdisk];
        if (Array.Find(files, f => f is not null && Files.IsCorrupt(f)) is not { } corrupt)
            return;

        Unmake(made);
        throw Error(XenErrorCode.InvalidConfiguration, HostOperation.CreatePaused, $"{corrupt} is not an image that Xen can boot as {domain.Type}");
    }

    /// <summary>As libxl does when a create fails: what was made so far is destroyed again.</summary>
    private void Unmake(SimulatedDomain made)
    {
        _machine.Destroy(made, _time.GetUtcNow());
        _machine.State.Intents.Remove(made.Uuid);
    }

    private DomainMark MarkOf(DesiredDomain domain) => new()
    {
        Uuid = domain.Uuid,
        Namespace = domain.Namespace,
        Name = domain.Name,
        Generation = domain.Generation,
        BootedWith = domain,
        Devices = [.. DevicesOf(domain)],
        CreatedAt = _time.GetUtcNow(),
    };

    /// <summary>The domain that is meant and no other, with our mark, whatever its state.</summary>
    private SimulatedDomain Require(DomainRef domain, HostOperation operation)
    {
        if (_machine.WithDomid(domain.Domid) is not { } found || found.Uuid != domain.Uuid)
            throw Error(XenErrorCode.Stale, operation, $"{domain} is not on the host any more");
        if (found.State == RunState.Dying)
            throw Error(XenErrorCode.Stale, operation, $"{domain} is being torn down");
        if (OwnershipOf(found) != DomainOwnership.Ours)
            throw NotOurs(domain, operation);
        return found;
    }

    private SimulatedDomain RequireAlive(DomainRef domain, HostOperation operation, bool suspendedToo = false)
    {
        var found = Require(domain, operation);
        if (found.State == RunState.ShutDown && !(suspendedToo && found.ShutdownReason == ShutdownReason.Suspend))
            throw Error(XenErrorCode.Stale, operation, $"{domain} has shut down ({found.ShutdownReason})");
        return found;
    }

    private static XenException NotOurs(DomainRef domain, HostOperation operation) =>
        Error(XenErrorCode.NotOurs, operation, $"{domain} carries no mark of ours");

    private static XenException Error(XenErrorCode code, HostOperation operation, string message) => new(code, NameOf(operation), message);
}
