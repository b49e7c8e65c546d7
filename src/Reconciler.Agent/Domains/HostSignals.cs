using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Reconciler.Agent.Hosts;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Domains;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Domains;

/// <summary>Hints of the host as keys of Domains: the one whose domain changed, or all that the store or the host knows of.</summary>
internal sealed partial class HostSignals(IXenHost host, Store<Domain> domains, HostReporter reporter, RuntimeServices services)
{
    /// <summary>The index of the store that finds a Domain by its uid, which is the Xen UUID.</summary>
    public const string UidIndex = "uid";

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Agent.Signals");

    public async IAsyncEnumerable<ObjectKey> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var signal in host.SignalsAsync(cancellationToken))
        {
            reporter.Nudge();
            if (signal.Uuid is { } uuid)
            {
                foreach (var entity in domains.ByIndex(UidIndex, uuid.ToString("D")))
                    yield return ObjectKey.Of(entity);
                continue;
            }

            foreach (var key in domains.Snapshot.Objects.Keys)
                yield return key;
            foreach (var key in await MarkedAsync(cancellationToken))
                yield return key;
        }
    }

    /// <summary>Domains of ours on the host: one whose object went away while nobody looked has no other way to be found.</summary>
    private async Task<IReadOnlyList<ObjectKey>> MarkedAsync(CancellationToken cancellationToken)
    {
        var backoff = new RetryBackoff(services.Time, services.Random);
        while (true)
        {
            try
            {
                var observed = await host.ObserveAllAsync(cancellationToken);
                return [.. observed.Select(d => d.Mark).OfType<DomainMark>().Select(m => new ObjectKey(m.Namespace, m.Name))];
            }
            catch (XenException e)
            {
                var pause = backoff.Next();
                Log.NotObserved(_logger, pause.TotalSeconds, Problems.Describe(e));
                await Task.Delay(pause, services.Time, cancellationToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "the domains on the host can't be listed, trying again in {Seconds:0.0} s: {Error}")]
        public static partial void NotObserved(ILogger logger, double seconds, string error);
    }
}
