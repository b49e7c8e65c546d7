namespace Reconciler.Testing.Contract;

/// <summary>One sentence of the contract that every adapter of the Host port keeps. Fails by throwing; leaves nothing behind on the host.</summary>
/// <param name="Name">The sentence, with underscores.</param>
/// <param name="RunAsync">Checks it on a host that nobody else uses meanwhile.</param>
public sealed record HostCheck(string Name, Func<IHostHarness, CancellationToken, Task> RunAsync)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}
