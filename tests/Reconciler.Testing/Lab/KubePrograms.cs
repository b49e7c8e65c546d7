namespace Reconciler.Testing.Lab;

/// <summary>The client programs of Kubernetes that tests/lab/kube puts on this machine.</summary>
/// <param name="Kubectl">The real kubectl.</param>
/// <param name="Helm">The real Helm.</param>
public sealed record KubePrograms(string Kubectl, string Helm)
{
    public static async Task<KubePrograms> FindAsync()
    {
        var prepare = Path.Combine(RepositoryRoot.Path, "tests/lab/kube/prepare.sh");
        var lines = (await ExternalProgram.RunAsync("bash", [prepare])).OutputOrThrow().Split('\n');
        return new KubePrograms(Value("kubectl"), Value("helm"));

        string Value(string name) =>
            lines.Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
    }
}
