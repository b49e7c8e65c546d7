namespace Reconciler.Runtime.Leadership;

/// <summary>What decides which of several processes works. <see cref="LeaderElector"/> asks the API server; others may ask the machine that they are on.</summary>
/// <remarks>Expected flow: <see cref="AcquireAsync"/> -> lead, while <see cref="HoldAsync"/> runs -> <see cref="ReleaseAsync"/>.</remarks>
public interface ILeadership
{
    /// <summary>Waits until this process leads.</summary>
    Task AcquireAsync(CancellationToken cancellationToken);

    /// <summary>Ends when the lead is lost (then the process must end at once: what leads next is already under way) or when cancelled.</summary>
    /// <returns>True when it was lost.</returns>
    Task<bool> HoldAsync(CancellationToken cancellationToken);

    /// <summary>Gives the lead up, so that the next one need not wait. After the last write that needed it.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}
