namespace Reconciler.Scale.OneAgent;

/// <summary>What a restart of the agent was like.</summary>
/// <param name="Domains">On the host.</param>
/// <param name="SyncedSeconds">From the start of the process until its store held all of them.</param>
/// <param name="ObservedSeconds">Until each had been observed on the host and compared with its Domain.</param>
/// <param name="ChangedObjects">Domains and XenHosts whose resourceVersion is another one than before: every write that says something new changes it.</param>
/// <param name="HostChanged">Whether anything on the simulated host is not as it was: its state, byte by byte.</param>
/// <param name="Requests">Of the agent in the 10 s after, as the API server counts them; a watch counts when it ends.</param>
internal sealed record AgentRestart(
    int Domains, double SyncedSeconds, double ObservedSeconds, int ChangedObjects, bool HostChanged, IReadOnlyDictionary<string, double> Requests);
