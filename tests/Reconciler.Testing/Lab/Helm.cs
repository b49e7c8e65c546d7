namespace Reconciler.Testing.Lab;

/// <summary>The real Helm.</summary>
/// <param name="executable">The program.</param>
/// <param name="kubeconfig">The cluster, for the commands that need one.</param>
public sealed class Helm(string executable, string kubeconfig)
{
    /// <summary>The chart of this repository.</summary>
    public static string Chart { get; } = Path.Combine(RepositoryRoot.Path, "charts/reconciler");

    /// <summary>Any command of Helm.</summary>
    public Task<CommandOutput> TryRunAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        ExternalProgram.RunAsync(executable, ["--kubeconfig", kubeconfig, .. arguments], cancellation: cancellation);

    /// <summary>Standard output; a <see cref="LabException"/> when Helm fails.</summary>
    public async Task<string> RunAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        (await TryRunAsync(cancellation, arguments)).OutputOrThrow();

    /// <summary><c>helm template</c>, as for a server of that version (<c>1.20.2</c>).</summary>
    public Task<CommandOutput> TryTemplateAsync(string kubeVersion, CancellationToken cancellation, params IEnumerable<string> arguments) => TryRunAsync(
        cancellation,
        ["template", "reconciler", Chart, "--namespace", KubeApiServerLab.ChartNamespace, "--kube-version", kubeVersion, .. arguments]);
}
