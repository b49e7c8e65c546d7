using System.Text.Json;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>
/// The agent in dom0 with a directory of manifests in the place of an API server. It waits until the cluster's agent has ended: each would
/// take the other's domains for orphans.
/// </summary>
public sealed class StandaloneAgent(LineLab lab) : IAsyncDisposable
{
    /// <summary>A bound, not a measure: many times what a step takes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(600);

    private readonly string _folder = $"/run/standalone-{Guid.NewGuid():N}";

    /// <summary>Of the Domains in the state directory when they were looked at last.</summary>
    private string _sum = "";

    /// <summary>The logs of all of them in dom0, for a shell.</summary>
    public const string LogFiles = "/run/standalone-*/agent.log";

    public async Task StartAsync(CancellationToken cancellation) => await lab.Xen.ExecAsync(
        $"mkdir -p {_folder}/manifests; exec </dev/null >>{_folder}/agent.log 2>&1; " +
        $"setsid /usr/local/bin/reconciler-agent --manifests {_folder}/manifests --state {_folder}/state --boot-directory /guest --node-name {LineLab.Node} & " +
        $"echo $! >{_folder}/pid",
        cancellation);

    /// <summary>Waits until it says that another agent works on the host.</summary>
    public Task UntilItWaitsAsync(CancellationToken cancellation) => Eventually.HoldsAsync(
        "it waits for the other agent",
        async () => (await lab.Xen.TryExecAsync($"cat {_folder}/agent.log", cancellation)).Output,
        log => log.Contains("Another agent works on this host", StringComparison.Ordinal),
        Patience,
        TimeSpan.FromSeconds(1),
        cancellation);

    /// <summary>Writes a manifest file whole, as an editor does: beside the old one, then in its place.</summary>
    public async Task WriteAsync(string file, string manifest, CancellationToken cancellation) =>
        (await lab.Xen.TryExecAsync($"cd {_folder}/manifests; cat >.new && mv .new {file}", cancellation, manifest)).OutputOrThrow();

    public Task RemoveAsync(string file, CancellationToken cancellation) => lab.Xen.ExecAsync($"rm {_folder}/manifests/{file}", cancellation);

    /// <summary>What <c>reconciler-agent get</c> prints; nothing while the agent has not got as far as its state directory.</summary>
    public async Task<string> GetAsync(string arguments, CancellationToken cancellation) =>
        (await lab.Xen.TryExecAsync($"reconciler-agent get {arguments} --state {_folder}/state", cancellation)).Output;

    /// <summary>Waits until <c>reconciler-agent get</c> shows one Domain that is ready in that power state, judged by its current generation.</summary>
    public Task<JsonElement> UntilAsync(string powerState, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"ready and {powerState}",
        async () => DomainOf(await GetChangedAsync(cancellation)),
        domain => domain.ValueKind is JsonValueKind.Object && domain.Condition("Ready") == $"True/{powerState}" && domain.Status("powerState") == powerState && domain.IsCurrent(),
        Patience,
        TimeSpan.Zero,
        cancellation);

    /// <summary>Waits until <c>reconciler-agent get</c> shows no Domain any more.</summary>
    public Task UntilNoneAsync(CancellationToken cancellation) => Eventually.HoldsAsync(
        "no domain is left",
        () => GetChangedAsync(cancellation),
        output => output.Length > 0 && DomainOf(output).ValueKind is JsonValueKind.Undefined,
        Patience,
        TimeSpan.Zero,
        cancellation);

    public async ValueTask DisposeAsync() => await lab.Xen.TryExecAsync(
        $"pid=$(cat {_folder}/pid) && kill $pid && while [ -d /proc/$pid ]; do sleep 0.1; done", CancellationToken.None);

    /// <summary>
    /// The Domains, as <see cref="GetAsync"/> has them, when the state directory has others than at the last look, or after half a minute: to start the program
    /// takes dom0 as long as a hundred looks at the files.
    /// </summary>
    private async Task<string> GetChangedAsync(CancellationToken cancellation)
    {
        var sum = await lab.Xen.ExecAsync(
            $"for i in $(seq 60); do sum=$(cat {_folder}/state/objects/domains*/*/*/*.json 2>/dev/null | md5sum); [ \"$sum\" = '{_sum}' ] || break; sleep 0.5; done; echo \"$sum\"", cancellation);
        _sum = sum.Trim();
        return await GetAsync("domains -o json", cancellation);
    }

    /// <summary>The one Domain of a list; undefined when there is none.</summary>
    private static JsonElement DomainOf(string output)
    {
        if (output.Length == 0)
            return default;
        using var list = JsonDocument.Parse(output);
        return list.RootElement.TryGetProperty("items", out var items)
            ? items.EnumerateArray().Select(item => item.Clone()).SingleOrDefault()
            : list.RootElement.Clone();
    }
}
