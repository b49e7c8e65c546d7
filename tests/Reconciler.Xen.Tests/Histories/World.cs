using Reconciler.Testing;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;
using Reconciler.Xen.Tests.Crashes;
using Machine = Reconciler.Xen.Simulation.Machine;

namespace Reconciler.Xen.Tests.Histories;

/// <summary>One host, one object, and an agent that may die at any moment. The laws are watched at every point of everything it does.</summary>
internal sealed class World : IStepObserver, IDisposable
{
    private static readonly Adoptee Foundling = new(A.Uid("made by hand"), "old-web");

    /// <summary>All that devices are made for, in all sets.</summary>
    private static readonly Guid[] Objects = [.. Gear.Sets.SelectMany(ObjectsOf).Distinct()];

    // Not at a whole second, which is what times in a status are cut to.
    private readonly VirtualTime _time = new(A.Noon + TimeSpan.FromMilliseconds(789));
    private readonly SimulatedHost _host;
    private readonly Dictionary<int, RunState> _foreign = [];
    private readonly HashSet<(int Domid, DeviceRef Device)> _foreignDevices = [];
    private readonly HashSet<int> _condemned = [];
    private readonly HashSet<DeviceRef> _inUse = [];
    private readonly List<string> _log = [];
    private readonly GuestBehavior _guest;
    private bool _endedByItself;
    private bool _orderForgotten;

    public World(History history, Trail? trail = null)
    {
        Trail = trail ?? new Trail();
        Detach = history.Detach;
        Policy = history.Policy with { Detach = Objects.ToDictionary(uid => uid, _ => history.Detach) };
        Template = Gear.With(A.Desired() with { Type = history.Type }, history.Gear);
        _guest = new GuestBehavior
        {
            Boot = TimeSpan.FromSeconds(history.BootSeconds),
            Shutdown = history.Answer,
            ShutdownDelay = TimeSpan.FromSeconds(history.ShutdownSeconds),
            Devices = history.Devices,
            ConnectDelay = TimeSpan.FromSeconds(history.DeviceSeconds),
            LetGoDelay = TimeSpan.FromSeconds(history.DeviceSeconds),
            ReattachAfter = history.ReattachSeconds is { } reattach ? TimeSpan.FromSeconds(reattach) : null,
        };
        _host = new SimulatedHost(new SimulatedHostOptions
        {
            Teardown = TimeSpan.FromSeconds(history.TeardownSeconds),
            OperationLimit = TimeSpan.Zero, // no virtual time passes in an operation, so that a history runs without waiting
            Guest = _guest,
        }, _time);
        _host.Faults.Passing = point =>
        {
            WatchLaws();
            Trail.Passing(point, _host.Faults);
            // Cut short right here, an order is given and nobody remembers it: should the domain be wanted again before it is given once
            // more, the end of the guest looks like its own doing. That is the smaller evil: see IXenHost.RequestShutdownAsync.
            if (point.Operation == HostOperation.RequestShutdown)
                _orderForgotten = point.MicroStep == "mark";
        };
    }

    /// <summary>The steps that its agents took.</summary>
    public Trail Trail { get; }

    public DomainPolicy Policy { get; private set; }

    public DetachPolicy Detach { get; }

    public DesiredDomain Template { get; private set; }

    public DesiredDomain? Desired { get; private set; }

    /// <summary>What the API server keeps.</summary>
    public ExitRecord? Status { get; private set; }

    /// <summary>The UUID of the domain that the API server knows to have been adopted.</summary>
    public Guid? Adopted { get; private set; }

    /// <summary>Whether the guest ended by itself, as far as anybody can know, since the agent last saw it wanted down and gone.</summary>
    public bool EndedByItself => _endedByItself || _orderForgotten;

    /// <summary>What was done, for the message of a failure.</summary>
    public string Log => string.Join("\n    ", _log);

    public IReadOnlyList<SimulatedDomain> Ours => _host.Look(machine => machine.WithUuid(A.Uuid).ToArray());

    /// <summary>The guest that is wanted, runs, and has no reason to end; null when there is none.</summary>
    public SimulatedDomain? Running => Desired is { Power: not DesiredPower.Halted }
        ? Ours.SingleOrDefault(d => d is { State: RunState.Running, AskedAt: null, Guest.Devices: not DeviceAnswer.Crash, Mark.ShutdownRequestedAt: null })
        : null;

    /// <summary>The devices of our domain, as an observation shows them.</summary>
    public IReadOnlyList<ObservedDevice> Devices => _host.Look(machine =>
        machine.WithUuid(A.Uuid).LastOrDefault(d => d.State != RunState.Dying) is { } domain ? _host.SeeDevices(domain).ToArray() : []);

    /// <summary>The domain that somebody made, wherever it has got to; null: it is gone.</summary>
    public SimulatedDomain? MadeByHand => _host.Look(machine => machine.State.Domains.Find(d => (d.XenUuid ?? d.Uuid) == Foundling.XenUuid && d.State != RunState.Dying));

    public bool NameIsTaken => _host.Look(machine => machine.WithName(Template.XenName) is { } holder && holder.Uuid != A.Uuid);

    public DateTimeOffset Now => _time.GetUtcNow();

    public void Happen(Happening happening)
    {
        _log.Add($"{happening}");
        NoteAdoption();
        switch (happening)
        {
            case Happening.Wants wants:
                Desired = wants.Power is { } power ? Template with { Power = power } : null;
                break;
            case Happening.Reconciled:
                Reconcile();
                break;
            case Happening.Disturbed fault:
                _host.Faults.Add(new Fault(fault.Kind) { Skip = fault.Point, Lasting = TimeSpan.FromSeconds(7) });
                // A process that dies takes with it what it does side by side.
                for (var i = 0; i < 4 && fault.Kind is FaultKind.Die or FaultKind.DieAlone; i++)
                    _host.Faults.Add(new Fault(FaultKind.Die) { Skip = fault.Point });
                Reconcile();
                _host.Faults.Clear();
                break;
            case Happening.WantsGear wants:
                Template = Gear.With(Template, wants.Gear);
                Desired = Desired is null ? null : Template with { Power = Desired.Power };
                break;
            case Happening.DiedBeforeStatus:
                Observe();
                break;
            case Happening.Passed passed:
                _time.Advance(TimeSpan.FromSeconds(passed.Seconds));
                break;
            case Happening.PolicyChanged changed:
                Policy = Policy with { RestartPolicy = changed.Restart, OnShutdownTimeout = changed.OnTimeout };
                break;
            case Happening.NameTaken when !NameIsTaken && Ours.Count == 0:
                _foreign[_host.ByHand.Create(Template.XenName)] = RunState.Running;
                break;
            case Happening.MadeByHand when Template.Adopts is null && Ours.Count == 0:
                Template = Template with { Adopts = Foundling };
                Desired = Desired is null ? null : Desired with { Adopts = Foundling };
                _foreign[_host.ByHand.Create(Foundling.XenName, Foundling.XenUuid, guest: _guest, boot: Template.Boot, type: Template.Type)] = RunState.Running;
                break;
            case Happening.RulesFlushed:
                _host.ByHand.FlushRules();
                break;
            case Happening.BridgeMadeAgain:
                _host.ByHand.RemoveBridge("xenbr0");
                _host.ByHand.MakeBridge("xenbr0");
                break;
            case Happening.NameFreed:
                foreach (var domid in _foreign.Keys)
                    _host.ByHand.Destroy(domid);
                _foreign.Clear();
                break;
            case Happening.HostRebooted:
                _host.ByHand.Reboot();
                _foreign.Clear();
                _foreignDevices.Clear();
                _condemned.Clear();
                break;
            default:
                if (Ours.LastOrDefault(d => d.State != RunState.Dying && d.Mark is not null) is { } domain)
                    HappenTo(domain, happening);
                break;
        }
    }

    private void HappenTo(SimulatedDomain domain, Happening happening)
    {
        switch (happening)
        {
            case Happening.GuestEnded ended when domain.State == RunState.Running:
                _host.ByHand.End(domain.Domid, ended.Reason);
                _endedByItself = true;
                break;
            case Happening.PausedByHand:
                _host.ByHand.Pause(domain.Domid);
                break;
            case Happening.UnpausedByHand:
                _host.ByHand.Unpause(domain.Domid);
                break;
            case Happening.DestroyedByHand:
                _host.ByHand.Destroy(domain.Domid);
                break;
            case Happening.SlotTaken taken when NodesOf(domain, taken.Slot) is { Exist: false }:
                _foreignDevices.Add((domain.Domid, taken.Slot == 'n'
                    ? _host.ByHand.AttachNic(domain.Domid, 0, "00:16:3e:ff:ff:ff", "xenbr0")
                    : _host.ByHand.AttachDisk(domain.Domid, $"xvd{taken.Slot}", Gear.Slot(taken.Slot).DevId, $"{Gear.ForeignPath}.{taken.Slot}")));
                break;
            case Happening.SlotFreed freed when _foreignDevices.Remove((domain.Domid, Gear.Slot(freed.Slot))):
                _host.ByHand.Detach(domain.Domid, Gear.Slot(freed.Slot));
                break;
            case Happening.DetachedByHand taken when !_foreignDevices.Contains((domain.Domid, Gear.Slot(taken.Slot))):
                _host.ByHand.Detach(domain.Domid, Gear.Slot(taken.Slot));
                break;
            case Happening.BackendLost lost when !_foreignDevices.Contains((domain.Domid, Gear.Slot(lost.Slot))):
                _host.ByHand.LoseBackend(domain.Domid, Gear.Slot(lost.Slot));
                break;
            case Happening.ResumedByHand when domain.ShutdownReason == ShutdownReason.Suspend:
                _host.ByHand.Resume(domain.Domid);
                break;
            default:
                break;
        }
    }

    /// <summary>What the agent does when it takes the key. Null: it died, or a step failed; it begins again.</summary>
    public Plan? Reconcile()
    {
        Trail.PassStarting();
        try
        {
            var observed = Observe();
            // A guest that dies of being asked to let go of a device.
            _endedByItself |= observed.Domains.Any(d => d is { State: RunState.ShutDown, ShutdownReason: ShutdownReason.Crash });
            Status = Kept(Exits.Next(Status, Desired, observed));
            _endedByItself &= Desired is { Power: not DesiredPower.Halted } || observed.Domains.Count > 0;
            var desired = Adopted == Foundling.XenUuid && Desired is not null ? Desired with { Adopts = null } : Desired;
            var plan = Planner.Plan(desired, observed, Policy, Status, Now);
            if (Template.Adopts is { } adopts && Adoption.IsDone(adopts, observed))
                Adopted = adopts.XenUuid;
            CheckPlan(plan);
            var run = new Executor(_host, _time, this).ExecuteAsync(Template.Key, plan, CancellationToken.None);
            run.IsCompleted.ShouldBeTrue();
            return run.GetAwaiter().GetResult().Completed ? plan : null;
        }
        catch (XenException e)
        {
            _log.Add($"  {e.Message}");
            return null;
        }
        catch (ProcessDiedException e)
        {
            _inUse.Clear(); // nobody is left to say how those steps ended
            _log.Add($"  {e.Message}");
            return null;
        }
    }

    /// <summary>Takes the domain again and again, at the times that the plans name, until nothing is left to do or only a person can.</summary>
    public Plan Settle()
    {
        for (var round = 0; round < 100; round++)
        {
            if (Reconcile() is not { Steps.Count: 0 } plan)
            {
                _time.Advance(TimeSpan.FromSeconds(5)); // as back-off would
                continue;
            }
            if (plan.Wait is { Next: { } next, Reason: not (WaitReason.NameConflict or WaitReason.NothingToAdopt) })
                _time.Advance(next - Now);
            else if (plan.Wait is not { Reason: WaitReason.RecordingExit })
                return plan;
        }
        throw new InvalidOperationException("It does not settle.");
    }

    /// <summary>What comes back from an API server: times have whole seconds there.</summary>
    private static ExitRecord? Kept(ExitRecord? exit) =>
        exit is null ? null : exit with { CreatedAt = WholeSeconds(exit.CreatedAt), At = WholeSeconds(exit.At) };

    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>What there is on the host of domains and work that are no more; empty when all was cleared away.</summary>
    public IReadOnlyList<string> Leftovers => _host.Look(machine => (string[])
    [
        .. machine.State.Intents.Select(uuid => $"an intent for {uuid}"),
        .. machine.State.Xenstore.Keys.Where(path => Leftover.OfNobody(path, machine.State.Domains.Select(d => d.Domid))),
        // Of a domain that is on its way out they go with it.
        .. machine.State.Domains.Where(d => d.Uuid == A.Uuid && d.State != RunState.ShutDown && Desired is { Power: not DesiredPower.Halted }).SelectMany(d => d.Mark?.Devices.Where(m => !machine.Xenbus.Nodes(d, m.Device).Exist) ?? [])
            .Select(m => $"an entry in the mark of {m.Device}, which is not there"),
        .. Observe().OperationInProgress ? ["a worker at work"] : Array.Empty<string>(),
    ]);

    public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private Observation Observe()
    {
        var look = _host.ObserveAsync(Template.Key, CancellationToken.None);
        look.IsCompleted.ShouldBeTrue();
        return look.GetAwaiter().GetResult();
    }

    private void CheckPlan(Plan plan)
    {
        if (plan.Wait is not { } wait)
            return;
        wait.Message.ShouldNotBeNullOrEmpty();
        wait.Since.ShouldBeLessThanOrEqualTo(Now);
        if (wait.Deadline is { } deadline)
            deadline.ShouldBeGreaterThan(Now);
        if (wait.Next is { } next)
            next.ShouldBeGreaterThan(Now);
    }

    /// <summary>What was adopted is ours from then on, and goes on as it was.</summary>
    private void NoteAdoption()
    {
        if (MadeByHand is { } made && made.Uuid == A.Uuid && _foreign.Remove(made.Domid, out var state))
            made.State.ShouldBe(state, "the domain was touched when it was adopted");
    }

    /// <summary>Never two copies; what is not ours is as its owner left it.</summary>
    private void WatchLaws()
    {
        NoteAdoption();
        var (alive, foreign) = _host.Look(machine => (
            machine.WithUuid(A.Uuid).Count(d => d.State is RunState.Running or RunState.Paused),
            machine.State.Domains.Where(d => d.Uuid != A.Uuid && d.State != RunState.Dying).ToDictionary(d => d.Domid, d => d.State)));
        alive.ShouldBeLessThanOrEqualTo(1, "two copies of the domain are alive");
        foreign.ShouldBe(_foreign, ignoreOrder: true, "a domain that is not ours was touched");
        _host.Look<object?>(machine =>
        {
            WatchDevices(machine);
            return null;
        });
    }

    /// <summary>Never two backends for one disk, of which one writes. What somebody else has attached stays as long as its domain, and nobody asks for it.</summary>
    private void WatchDevices(Machine machine)
    {
        var disks = machine.State.Domains.SelectMany(d => d.Devices.Select(device => machine.Xenbus.Nodes(d, device.Ref))).Where(n => n is { Path: not null, HotplugDone: true });
        foreach (var sharers in disks.GroupBy(n => n.Path))
            (sharers.Count() == 1 || sharers.All(n => n.ReadOnly)).ShouldBeTrue($"{sharers.Key} has {sharers.Count()} backends, and one of them writes");
        foreach (var (domid, device) in _foreignDevices.ToArray())
        {
            if (_condemned.Contains(domid) || machine.WithDomid(domid) is not { State: not RunState.Dying } domain)
                _foreignDevices.Remove((domid, device));
            else
                machine.Xenbus.Nodes(domain, device).Backend.ShouldNotBeOneOf([null, XenbusState.Closing], $"{device}, which is not ours, was touched");
        }
    }

    void IStepObserver.StepStarting(DomainKey key, Step step)
    {
        _log.Add($"  {step.Name}");
        Trail.Starting(key, step);
        var stopWanted = Desired is null or { Power: DesiredPower.Halted };
        switch (step)
        {
            case Step.Pause pause when Target(pause.Domain) is { State: RunState.Running }:
                Desired.ShouldNotBeNull().Power.ShouldBe(DesiredPower.Paused, "paused without an order");
                break;
            case Step.CreatePaused:
                (Template.Adopts is null || Adopted is not null).ShouldBeTrue("a second domain is made beside the one that is to be adopted");
                break;
            case Step.Adopt:
                stopWanted.ShouldBeFalse("adopted without an order");
                break;
            case Step.RequestShutdown:
                stopWanted.ShouldBeTrue("asked to power off without an order");
                break;
            case Step.Destroy destroy when Target(destroy.Domain) is { } target:
                CheckDestroy(destroy.Cause, target, stopWanted);
                _condemned.Add(target.Domid);
                break;
            case Step.RequestDetach ask:
                var asked = MarkOf(ask.Device).ShouldNotBeNull("asked for a device that is not ours");
                (asked.DetachRequestedAt is not null || !IsDesired(asked)).ShouldBeTrue($"{ask.Device} was asked for although it is as desired");
                break;
            case Step.Detach detach when Devices.FirstOrDefault(d => d.Ref == detach.Device) is { } device:
                CheckDetach(detach.Cause, device);
                break;
            default:
                break;
        }
    }

    private void CheckDetach(DetachCause cause, ObservedDevice device)
    {
        var mark = device.Mark.ShouldNotBeNull("a device that is not ours is taken away");
        if (cause != DetachCause.TimeoutExpired)
        {
            // The guest may have taken it up since the plan was made: the step has to find that out.
            if (device is { Backend: XenbusState.Connected, Frontend: XenbusState.Connected })
                _inUse.Add(device.Ref);
            return;
        }
        Detach.Force.ShouldBeTrue($"{device.Ref} is taken by force");
        Now.ShouldBeGreaterThanOrEqualTo(mark.DetachRequestedAt.ShouldNotBeNull("taken by force without being asked for") + Detach.Timeout, "taken by force before its time");
    }

    private DeviceMark? MarkOf(DeviceRef device) => Devices.FirstOrDefault(d => d.Ref == device)?.Mark;

    private bool IsDesired(DeviceMark mark) => Desired is { } desired
        && (desired.Disks.Any(d => DeviceMark.Of(d, Now).IsSameAs(mark)) || desired.Nics.Any(n => DeviceMark.Of(n, Now).IsSameAs(mark)));

    private DeviceNodes NodesOf(SimulatedDomain domain, char slot) => _host.Look(machine => machine.Xenbus.Nodes(domain, Gear.Slot(slot)));

    private static IEnumerable<Guid> ObjectsOf(string gear)
    {
        var domain = Gear.With(A.Desired(), gear);
        return domain.Disks.Select(d => d.ObjectUid).Concat(domain.Nics.Select(n => n.ObjectUid));
    }

    void IStepObserver.StepEnded(DomainKey key, Step step, StepOutcome outcome)
    {
        Trail.Ended(key, step);
        if (step is Step.Detach detach)
            (_inUse.Remove(detach.Device) && outcome.Succeeded).ShouldBeFalse($"{detach.Device} was taken from a guest that uses it");
        if (!outcome.Succeeded)
            _log.Add($"  {step.Name}: {outcome.StopReason} {outcome.Error?.Message}{outcome.Objection}");
    }

    private void CheckDestroy(DestroyCause cause, SimulatedDomain target, bool stopWanted)
    {
        switch (cause)
        {
            case DestroyCause.Remains:
                target.State.ShouldBe(RunState.ShutDown);
                target.ShutdownReason.ShouldNotBe(ShutdownReason.Suspend, "a suspended guest was taken for a dead one");
                break;
            case DestroyCause.HalfMade:
                (!target.HasRun || _condemned.Contains(target.Domid)).ShouldBeTrue("a guest that ran was taken for half made");
                break;
            case DestroyCause.NeverRan:
                target.HasRun.ShouldBeFalse("a guest that ran was taken for one that did not");
                stopWanted.ShouldBeTrue("destroyed without an order");
                break;
            default:
                stopWanted.ShouldBeTrue("destroyed without an order");
                var asked = Policy.ShutdownGracePeriod == TimeSpan.Zero ? Now : target.Mark.ShouldNotBeNull().ShutdownRequestedAt.ShouldNotBeNull("destroyed without being asked");
                Now.ShouldBeGreaterThanOrEqualTo(asked + Policy.ShutdownGracePeriod, "destroyed before its grace period was over");
                break;
        }
    }

    private SimulatedDomain? Target(DomainRef domain) => Ours.FirstOrDefault(d => d.Domid == domain.Domid && d.State != RunState.Dying);
}
