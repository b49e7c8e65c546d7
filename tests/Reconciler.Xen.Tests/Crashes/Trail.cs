using Reconciler.Xen.Host;
using Reconciler.Xen.Planning;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Crashes;

/// <summary>The steps that the agents of a history take, of which one can be cut short.</summary>
internal sealed class Trail(Cut? cut = null)
{
    /// <summary>How many passes an outage lasts.</summary>
    private const int Outage = 3;

    private readonly List<StepSeen> _steps = [];
    private StepSeen? _current;
    private int _passesLeft;

    public IReadOnlyList<StepSeen> Steps => _steps;

    /// <summary>Whether the disaster has happened.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Called before the step that is to be cut short.</summary>
    public Action? Cutting { get; set; }

    /// <summary>An agent, the same or the next one, takes the domain.</summary>
    public void PassStarting()
    {
        _current = null;
        _passesLeft = Math.Max(0, _passesLeft - 1);
    }

    public void Starting(DomainKey key, Step step)
    {
        // Of steps that run side by side, the one before has ended in the agent's death.
        if (_current is not null)
            throw Death(key, step);

        _current = new StepSeen(step.Name, _steps.Count(s => s.Name == step.Name));
        _steps.Add(_current);
        if (!IsMeant)
            return;
        Cutting?.Invoke();
        if (cut!.Disaster is Disaster.DiskFull)
            Begin();
        if (cut.Disaster is not Disaster.AgentBefore)
            return;
        IsCut = true;
        throw Death(key, step);
    }

    /// <summary>Adds the fault for this point, if there is one.</summary>
    public void Passing(FaultPoint point, FaultPlan faults)
    {
        if (_current is not null && point.Operation == Operation(_current.Name))
        {
            _current.Parts = point.Index;
            if (IsMeant && point.Index == cut!.Part && KindOf(cut.Disaster) is { } kind)
            {
                IsCut = true;
                faults.Add(new Fault(kind));
                return;
            }
            if (IsMeant && point.Index == cut!.Part && cut.Disaster is Disaster.Xenstored)
                Begin();
        }
        if (_passesLeft == 0)
            return;
        if (cut!.Disaster is Disaster.Xenstored)
            faults.Add(new Fault(FaultKind.Fail) { Code = XenErrorCode.Unavailable });
        else if (point.MicroStep is "intent" or "mark") // what is a file on a real host
            faults.Add(new Fault(FaultKind.Fail));
    }

    public void Ended(DomainKey key, Step step)
    {
        if (IsMeant && cut!.Disaster is Disaster.AgentAfter)
        {
            IsCut = true;
            throw Death(key, step);
        }
        _current = null;
    }

    private bool IsMeant => !IsCut && cut is not null && _current is { } current && (current.Name, current.Occurrence) == (cut.Step, cut.Occurrence);

    private void Begin()
    {
        IsCut = true;
        _passesLeft = Outage;
    }

    private static FaultKind? KindOf(Disaster disaster) => disaster switch
    {
        Disaster.AgentAndWorker => FaultKind.Die,
        Disaster.AgentAlone => FaultKind.DieAlone,
        Disaster.Worker => FaultKind.LoseWorker,
        _ => null,
    };

    /// <summary>Steps are named as what they call on the host.</summary>
    private static HostOperation Operation(string step) => Enum.Parse<HostOperation>(step);

    private static ProcessDiedException Death(DomainKey key, Step step) => new(new FaultPoint(Operation(step.Name), key.Uuid, 0, "step"));
}
