namespace Reconciler.Xen.Planning;

/// <summary>What to do now, and what is waited for after it.</summary>
/// <param name="Steps">In order; executed until one fails. Adjacent ones about different devices are independent of each other. Empty: nothing to do.</param>
/// <param name="Wait">What the domain waits for when the steps are done; null when it is as desired then.</param>
public sealed record Plan(IReadOnlyList<Step> Steps, Wait? Wait = null)
{
    /// <summary>Every device that shall be, or is there for an object of ours: what its status tells. Whatever the domain does.</summary>
    public IReadOnlyList<DeviceReport> Devices { get; init; } = [];

    /// <summary>Nothing to do, nothing awaited: the host is as desired.</summary>
    public static Plan Converged { get; } = new([]);

    public bool IsConverged => Steps.Count == 0 && Wait is null;
}
