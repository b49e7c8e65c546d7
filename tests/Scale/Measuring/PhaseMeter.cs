using System.Diagnostics;

namespace Reconciler.Scale.Measuring;

/// <summary>Measures what a phase costs: the difference between its end and its beginning.</summary>
internal static class PhaseMeter
{
    /// <param name="name">Of the phase.</param>
    /// <param name="parts">The processes that are measured.</param>
    /// <param name="requests">The API server's own count.</param>
    /// <param name="ownRequests">How many of them were the run's own so far; they are subtracted from the writes.</param>
    /// <param name="phase">What happens in it.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<Phase> MeasureAsync(
        string name, Parts parts, ApiRequests requests, Func<int> ownRequests, Func<Task> phase, CancellationToken cancellationToken)
    {
        var (@operator, agents, counted, own) = (parts.Operator, parts.Agents, await requests.CountAsync(cancellationToken), ownRequests());
        var clock = Stopwatch.StartNew();
        await phase();
        var seconds = clock.Elapsed.TotalSeconds;
        var (operatorAfter, agentsAfter, countedAfter) = (parts.Operator, parts.Agents, await requests.CountAsync(cancellationToken));
        var verbs = new Dictionary<string, double>(ApiRequests.Between(counted, countedAfter), StringComparer.Ordinal);
        // Creating, changing and deleting are each one verb; in each phase the run sends one kind only.
        var verb = name switch { "trickle" or "create" => "POST", "churn" => "PATCH", "delete" => "DELETE", _ => null };
        if (verb is not null)
            verbs[verb] = verbs.GetValueOrDefault(verb) - (ownRequests() - own);
        return new Phase(
            name, seconds, (operatorAfter.CpuSeconds - @operator.CpuSeconds) / seconds, (agentsAfter.CpuSeconds - agents.CpuSeconds) / seconds,
            operatorAfter.ResidentMiB, agentsAfter.ResidentMiB, verbs);
    }
}
