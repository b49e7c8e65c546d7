namespace Reconciler.Runtime.Hosting;

/// <summary>Something that lives as long as the operator: an endpoint, a signal source.</summary>
public interface IOperatorPart
{
    /// <summary>When it starts.</summary>
    OperatorPartOrder Order { get; }

    /// <summary>Starts; when it throws, the process does not come up.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops in the time that the token gives.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
