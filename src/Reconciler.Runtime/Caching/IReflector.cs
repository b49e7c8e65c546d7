namespace Reconciler.Runtime.Caching;

/// <summary>A reflector of any kind, as those see it who only run it and wait for it.</summary>
public interface IReflector
{
    /// <summary>"domains.xen.reconciler.dev".</summary>
    string Name { get; }

    /// <summary>Completes once the store holds the first list.</summary>
    Task Synced { get; }

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
