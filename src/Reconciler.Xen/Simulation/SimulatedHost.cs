using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>A whole Xen host in managed code: for a first try, for tests, and for thousands of histories that no real host could be put through.</summary>
/// <remarks>
/// <para>The instance is the host, not a process on it: after a <see cref="ProcessDiedException"/> the same instance goes on, and shows the
/// next process what a real host would show: guests that run on, remnants that were cut short, workers that are still at work.</para>
/// <para>With <see cref="SimulatedHostOptions.StatePath"/> the host outlives the operating system's process too: its guests have gone on
/// when it is opened again.</para>
/// <para>Safe for use from several threads.</para>
/// </remarks>
public sealed partial class SimulatedHost : IXenHost
{
    private readonly Lock _gate = new();
    private readonly SimulatedHostOptions _options;
    private readonly TimeProvider _time;
    private readonly MachineStateFile? _file;
    private readonly Machine _machine;
    private readonly SignalHub _signals = new();
    private readonly Dictionary<Guid, int> _busy = [];
    private readonly List<Orphan> _orphans = [];
    private readonly ITimer _timer;
    private readonly SemaphoreSlim _longOperations;
    private bool _changed;

    /// <exception cref="XenException">The state file can't be used (<see cref="XenErrorCode.Unavailable"/>).</exception>
    public SimulatedHost(SimulatedHostOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new SimulatedHostOptions();
        _time = time ?? TimeProvider.System;
        _longOperations = new SemaphoreSlim(_options.LongOperationsAtOnce);
        MachineState? state = null;
        if (_options.StatePath is { } path)
        {
            _file = new MachineStateFile(path);
            try
            {
                state = _file.Load();
            }
            catch
            {
                _file.Dispose();
                throw;
            }
        }
        _machine = new Machine(state ?? new MachineState { BootId = Guid.NewGuid().ToString() }, _options.Teardown);
        ByHand = new ByHand(this);
        _timer = _time.CreateTimer(static host => ((SimulatedHost)host!).LetTimePass(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
            Advance();
    }

    /// <summary>What a person with a shell in domain 0 does.</summary>
    public ByHand ByHand { get; }

    /// <summary>dom0's files.</summary>
    public VirtualFiles Files { get; } = new();

    /// <summary>What goes wrong.</summary>
    public FaultPlan Faults => _options.Faults;

    /// <summary>A node of xenstore; null when there is none.</summary>
    public string? ReadXenstore(string path) => Look(machine => machine.Xenstore.Read(path));

    public string? NotReadyReason => null;

    public IReadOnlyList<string> Degradations => [];

    public IAsyncEnumerable<HostSignal> SignalsAsync(CancellationToken cancellationToken) => _signals.ListenAsync(cancellationToken);

    /// <summary>Closes the state file. The guests live on in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        _longOperations.Dispose();
        _file?.Dispose();
    }

    /// <summary>For <see cref="ByHand"/>: acts on the machine at once, without latency or faults.</summary>
    internal T Act<T>(Func<Machine, DateTimeOffset, (T Result, Guid? Changed)> act)
    {
        lock (_gate)
        {
            var now = Advance();
            var (result, changed) = act(_machine, now);
            Changed(changed);
            return result;
        }
    }

    /// <summary>What there is now, without latency or faults.</summary>
    internal T Look<T>(Func<Machine, T> look)
    {
        lock (_gate)
        {
            Advance();
            return look(_machine);
        }
    }

    /// <summary>For <see cref="ByHand"/>: no process outlives its host, nor does what it had in hand.</summary>
    internal void EndWorkers()
    {
        lock (_gate)
            _orphans.Clear();
    }

    private void LetTimePass()
    {
        lock (_gate)
        {
            try
            {
                Advance();
            }
            catch (XenException)
            {
                // The state could not be written, and a timer has nobody to tell. The next call tries again and tells its caller.
            }
        }
    }

    /// <summary>Brings the machine to the present. Every look and every act begins with it.</summary>
    private DateTimeOffset Advance()
    {
        var now = _time.GetUtcNow();
        while (_orphans.Where(o => o.Due <= now).MinBy(o => o.Due) is { } orphan)
        {
            _machine.Advance(orphan.Due, Note);
            _orphans.Remove(orphan);
            Finish(orphan);
        }
        _machine.Advance(now, Note);
        if (_changed)
            Commit();
        Arm(now);
        return now;
    }

    private void Finish(Orphan orphan)
    {
        try
        {
            foreach (var step in orphan.Rest)
                step.Act();
        }
        catch (XenException)
        {
            // Nobody is left to be told; what is on the host is what counts.
        }
        if (orphan.Uuid is { } uuid)
            Note(uuid);
    }

    private void Note(Guid uuid)
    {
        _changed = true;
        _signals.Publish(new HostSignal(uuid));
    }

    private void Changed(Guid? uuid)
    {
        _signals.Publish(new HostSignal(uuid));
        Commit();
        Arm(_time.GetUtcNow());
    }

    private void Commit()
    {
        _changed = true;
        _file?.Save(_machine.State);
        _changed = false;
    }

    /// <summary>Wakes up when something happens by itself next, so that there is a signal at its time.</summary>
    private void Arm(DateTimeOffset now)
    {
        var next = _machine.NextEvent;
        foreach (var orphan in _orphans)
            next = next is null || orphan.Due < next ? orphan.Due : next;

        // A timer takes at most 49 days; waking up early is harmless.
        var wait = next is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromTicks(Math.Clamp((next.Value - now).Ticks, 0, TimeSpan.TicksPerDay));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs an operation when its turn has come.</summary>
    private async Task OperateAsync(HostOperation operation, Guid? uuid, IReadOnlyList<MicroStep> steps, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (operation is not (HostOperation.CreatePaused or HostOperation.AttachDisk or HostOperation.AttachNic or HostOperation.Detach))
        {
            await RunAsync(operation, uuid, steps);
            return;
        }

        await _longOperations.WaitAsync(cancellationToken);
        try
        {
            await RunAsync(operation, uuid, steps);
        }
        finally
        {
            _longOperations.Release();
        }
    }

    /// <summary>Runs an operation: its micro-steps in order, its latency spread between them, cut short where a fault says so.</summary>
    private async Task RunAsync(HostOperation operation, Guid? uuid, IReadOnlyList<MicroStep> steps)
    {
        var pause = _options.Latency(operation) / Math.Max(1, steps.Count);
        var acting = Acts(operation) ? uuid : null;
        Enter(acting);
        try
        {
            for (var i = 0; i <= steps.Count; i++)
            {
                if (pause > TimeSpan.Zero && i < steps.Count)
                    await Task.Delay(pause, _time, CancellationToken.None);
                if (Step(operation, uuid, steps, i) is { } fault)
                    await FailAsync(operation, fault, new FaultPoint(operation, uuid, i, NameAt(steps, i)));
            }
        }
        finally
        {
            Leave(acting);
        }
    }

    private Fault? Step(HostOperation operation, Guid? uuid, IReadOnlyList<MicroStep> steps, int i)
    {
        lock (_gate)
        {
            var now = Advance();
            if (_options.Faults.Take(new FaultPoint(operation, uuid, i, NameAt(steps, i))) is { } fault)
            {
                if (fault.Kind == FaultKind.DieAlone)
                {
                    _orphans.Add(new Orphan(uuid, now + fault.Lasting, [.. steps.Skip(i)]));
                    Arm(now);
                }
                return fault;
            }
            if (i < steps.Count)
            {
                steps[i].Act();
                if (Acts(operation))
                    Changed(uuid);
            }
            return null;
        }
    }

    private async Task FailAsync(HostOperation operation, Fault fault, FaultPoint point)
    {
        var name = NameOf(operation);
        switch (fault.Kind)
        {
            case FaultKind.Hang:
                await Task.Delay(_options.OperationLimit, _time, CancellationToken.None);
                throw new XenException(XenErrorCode.Timeout, name, $"took longer than {_options.OperationLimit.TotalSeconds:0} s; its worker was killed");
            case FaultKind.LoseWorker:
                throw new XenException(XenErrorCode.WorkerLost, name, "the worker died");
            case FaultKind.Fail:
                throw new XenException(fault.Code, name, $"injected fault before {point.MicroStep}");
            default:
                throw new ProcessDiedException(point);
        }
    }

    private void Enter(Guid? uuid)
    {
        if (uuid is not { } id)
            return;
        lock (_gate)
            _busy[id] = _busy.GetValueOrDefault(id) + 1;
    }

    private void Leave(Guid? uuid)
    {
        if (uuid is not { } id)
            return;
        lock (_gate)
        {
            if (--_busy[id] == 0)
                _busy.Remove(id);
        }
    }

    private static bool Acts(HostOperation operation) =>
        operation is not (HostOperation.Describe or HostOperation.Observe or HostOperation.Check);

    private bool InProgress(Guid uuid) => _busy.ContainsKey(uuid) || _orphans.Exists(o => o.Uuid == uuid);

    private static string NameAt(IReadOnlyList<MicroStep> steps, int i) => i < steps.Count ? steps[i].Name : FaultPoint.Answer;

    private static string NameOf(HostOperation operation) => operation switch
    {
        HostOperation.Describe => "describe",
        HostOperation.Observe => "observe",
        HostOperation.Check => "check",
        HostOperation.CreatePaused => "create-paused",
        HostOperation.Adopt => "adopt",
        HostOperation.Unpause => "unpause",
        HostOperation.Pause => "pause",
        HostOperation.RequestShutdown => "request-shutdown",
        HostOperation.WithdrawShutdown => "withdraw-shutdown",
        HostOperation.AttachDisk => "attach-disk",
        HostOperation.AttachNic => "attach-nic",
        HostOperation.RequestDetach => "request-detach",
        HostOperation.Detach => "detach",
        _ => "destroy",
    };
}
