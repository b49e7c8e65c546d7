using Reconciler.Xen.Host;

namespace Reconciler.Xen.Planning;

/// <summary>All that a plan is made from, with the few questions that every decision asks of it.</summary>
internal sealed class Situation
{
    public Situation(DesiredDomain? desired, Observation observed, DomainPolicy policy, ExitRecord? lastExit, DateTimeOffset now)
    {
        Desired = desired;
        Observed = observed;
        Policy = policy;
        LastExit = lastExit;
        Now = now;
        foreach (var domain in observed.Domains)
        {
            if (domain.State == RunState.Dying)
            {
                Dying = domain;
                continue;
            }
            Living++;
            Domain = domain;
        }
    }

    /// <summary>Null: the object is gone or going, nothing of it shall remain.</summary>
    public DesiredDomain? Desired { get; }

    public Observation Observed { get; }

    public DomainPolicy Policy { get; }

    public ExitRecord? LastExit { get; }

    public DateTimeOffset Now { get; }

    /// <summary>How many domains with this uuid are not being torn down. One that shut down counts: it still holds its memory and disks.</summary>
    public int Living { get; }

    /// <summary>The newest of them.</summary>
    public ObservedDomain? Domain { get; }

    /// <summary>The newest one with this uuid that is being torn down.</summary>
    public ObservedDomain? Dying { get; }

    /// <summary>Whether there shall be a domain.</summary>
    public bool Wanted => Desired is { Power: not DesiredPower.Halted };

    public Wait Wait(WaitReason reason, string message, DateTimeOffset? since = null, DateTimeOffset? deadline = null, DateTimeOffset? again = null) =>
        new(reason, message, since ?? Now, deadline, again);

    /// <summary>For states whose end no signal is sure to tell: when to look again.</summary>
    public DateTimeOffset LookAgain => Now.AddSaturated(TimeSpan.FromSeconds(5));
}
