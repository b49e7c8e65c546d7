namespace Reconciler.Testing.Contract;

/// <summary>One sentence of the contract that every adapter of the Host port keeps. Fails by throwing; leaves nothing behind on the host.</summary>
/// <param name="Name">The sentence, with underscores.</param>
/// <param name="DependsOnGuest">Whether the kind of the guest counts: how it is made, let run, stopped and shut down, and how its devices come and go.</param>
/// <param name="RunAsync">Checks it on a host that nobody else uses meanwhile.</param>
public sealed record HostCheck(string Name, bool DependsOnGuest, Func<IHostHarness, CancellationToken, Task> RunAsync)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
