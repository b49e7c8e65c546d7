using System.Text.Json.Nodes;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Scale.Load;

/// <summary>What users do to the cluster.</summary>
internal sealed class Workload(HttpKubernetesClient client, string @namespace, Timeline timeline, string memory = "128Mi")
{
    // One user's tool sends some requests side by side, not thousands.
    private const int InFlight = 16;

    private int _created;
    private int _requests;

    /// <summary>Domains created so far.</summary>
    public int Created => _created;

    /// <summary>Requests sent so far.</summary>
    public int Requests => _requests;

    public static string Name(int number) => $"scale-{number:00000}";

    /// <summary>Creates the next Domains, at a rate (1/s) or, at 0, as fast as the server takes them.</summary>
    public Task CreateAsync(int domains, double rate, CancellationToken cancellationToken) =>
        PacedAsync(Enumerable.Range(_created + 1, domains), rate, async number =>
        {
            timeline.Ask(Name(number), PowerState.Running);
            await client.CreateAsync(DomainOf(Name(number)), cancellationToken);
            Interlocked.Increment(ref _created);
        }, cancellationToken);

    /// <summary>Pauses or unpauses a Domain after the other, at a rate (1/s), for a time.</summary>
    public Task ChurnAsync(int domains, double rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        var changes = (int)(rate * duration.TotalSeconds);
        return PacedAsync(Enumerable.Range(0, changes), rate, async change =>
        {
            var name = Name((change % domains) + 1);
            var state = change / domains % 2 == 0 ? PowerState.Paused : PowerState.Running;
            timeline.Ask(name, state);
            await client.PatchAsync<Domain>(
                name, @namespace, new JsonPatch().Add("/spec/powerState", JsonValue.Create(state.ToString())), cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Deletes them all, as fast as the server takes it.</summary>
    public Task DeleteAsync(CancellationToken cancellationToken) =>
        PacedAsync(Enumerable.Range(1, _created), 0, number =>
            client.DeleteAsync<Domain>(Name(number), @namespace, new DeleteOptions(), cancellationToken), cancellationToken);

    private async Task PacedAsync(IEnumerable<int> numbers, double rate, Func<int, Task> act, CancellationToken cancellationToken)
    {
        var start = timeline.Now;
        var sent = 0;
        await Parallel.ForEachAsync(
            numbers, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = cancellationToken }, async (number, token) =>
            {
                var due = rate > 0 ? start + ((Interlocked.Increment(ref sent) - 1) / rate) - timeline.Now : 0;
                if (due > 0)
                    await Task.Delay(TimeSpan.FromSeconds(due), token);
                Interlocked.Increment(ref _requests);
                await act(number);
            });
    }

    private Domain DomainOf(string name) => new()
    {
        ApiVersion = Domain.Definition.ApiVersion,
        Kind = Domain.Definition.Kind,
        Metadata = new ObjectMeta { Name = name, Namespace = @namespace },
        Spec = new DomainSpec
        {
            Memory = new MemorySpec { Size = memory },
            Boot = new BootSpec { Kernel = "/boot/vmlinuz" },
            Shutdown = new ShutdownSpec { GracePeriodSeconds = 30 },
        },
    };
}
