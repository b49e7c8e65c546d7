namespace Reconciler.Xen.Tests.Crashes;

/// <summary>A step that an agent took.</summary>
/// <param name="Name">Its kind.</param>
/// <param name="Occurrence">How many of its kind were before it.</param>
internal sealed record StepSeen(string Name, int Occurrence)
{
    /// <summary>How many of its micro-steps were done when it ended.</summary>
    public int Parts { get; set; }
}
