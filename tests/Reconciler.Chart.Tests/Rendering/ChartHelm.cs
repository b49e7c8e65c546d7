using System.Text.Json.Nodes;
using Reconciler.Chart.Tests.Rendering;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(ChartHelm))]

namespace Reconciler.Chart.Tests.Rendering;

/// <summary>The real Helm on the chart, without a cluster.</summary>
public sealed class ChartHelm
{
    private readonly Lazy<Task<Helm>> _helm = new(async () => new Helm((await KubePrograms.FindAsync()).Helm, kubeconfig: "/dev/null"));

    public static string ValuesFile(string name) => Path.Combine(AppContext.BaseDirectory, "Values", $"{name}.yaml");

    public async Task<CommandOutput> LintAsync(CancellationToken cancellation) =>
        await (await _helm.Value).TryRunAsync(cancellation, "lint", "--strict", Helm.Chart);

    public async Task<CommandOutput> TryTemplateAsync(string kubeVersion, CancellationToken cancellation, params IEnumerable<string> arguments) =>
        await (await _helm.Value).TryTemplateAsync(kubeVersion, cancellation, arguments);

    /// <summary>The objects that Helm renders for a server of that version.</summary>
    public async Task<IReadOnlyList<JsonObject>> TemplateAsync(string kubeVersion, CancellationToken cancellation, params IEnumerable<string> arguments) =>
        Objects((await TryTemplateAsync(kubeVersion, cancellation, arguments)).OutputOrThrow());

    public static IReadOnlyList<JsonObject> Objects(string yaml) =>
        [.. YamlToJson.ParseAll(yaml).Select(document => document.Root).OfType<JsonObject>()];
}
