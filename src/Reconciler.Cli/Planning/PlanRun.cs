using System.Text.Json;
using Reconciler.Cli.Manifests;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Cli.Planning;

/// <summary>Plans the Domains of a manifest by what a cluster has, and prints that. Reads only.</summary>
/// <param name="client">The cluster.</param>
/// <param name="time">Refusals run out by it.</param>
/// <param name="output">For the plan.</param>
/// <param name="error">For what was not looked at.</param>
internal sealed class PlanRun(IKubernetesClient client, TimeProvider time, TextWriter output, TextWriter error)
{
    private static readonly JsonSerializerOptions Indented = new(KubernetesJson.CreateOptions()) { WriteIndented = true };

    /// <param name="file">The manifest's name, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="defaultNamespace">Of what is named without one.</param>
    /// <param name="format">How to print.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>0 when all can be placed, else 1.</returns>
    /// <exception cref="CommandException">The manifest is wrong, or has no Domain.</exception>
    /// <exception cref="KubernetesApiException">The server does not answer, or refuses.</exception>
    public async Task<int> RunAsync(string file, string text, string defaultNamespace, PlanOutput format, CancellationToken cancellationToken)
    {
        var manifests = ManifestReader.Read(file, text, defaultNamespace);
        foreach (var note in manifests.LeftOut) await error.WriteLineAsync($"note: {note}");
        if (manifests.Domains.Count == 0) throw new CommandException($"{file}: there is no Domain in it. Put one in beside its VBDs and VIFs");
        var view = await ClusterObjects.ReadAsync(client, cancellationToken);
        foreach (var note in Planner.Unplanned(manifests)) await error.WriteLineAsync($"note: {file}: {note}");
        if (view.Undecodable > 0) await error.WriteLineAsync($"note: {view.Undecodable} objects of the cluster can't be read by this version of kubectl-xen, and are not counted");

        var plans = Planner.Plan(view, manifests, time.GetUtcNow());
        await WriteAsync(plans, format);
        return plans.All(plan => plan.Decision.Host is not null) ? 0 : 1;
    }

    private async Task WriteAsync(IReadOnlyList<DomainPlan> plans, PlanOutput format)
    {
        if (format is PlanOutput.Json or PlanOutput.Yaml)
        {
            var document = PlanDocument.Of(plans);
            await output.WriteAsync(format == PlanOutput.Yaml ? JsonToYaml.Write(document) : $"{document.ToJsonString(Indented)}\n");
            return;
        }

        var writer = new PlanText(output, format == PlanOutput.Wide);
        for (var i = 0; i < plans.Count; i++)
        {
            if (i > 0) await output.WriteLineAsync();
            await writer.WriteAsync(plans[i]);
        }
    }
}
