namespace Reconciler.Runtime.Controllers;

/// <summary>A controller of any kind, as those see it who only run it.</summary>
public interface IControllerLoop
{
    /// <summary>In logs, metrics and traces.</summary>
    string Name { get; }

    /// <summary>Runs until cancelled, and then until the reconciles in progress have ended.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
