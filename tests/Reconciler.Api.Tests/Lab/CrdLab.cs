using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(Reconciler.Api.Tests.Lab.CrdLab))]

namespace Reconciler.Api.Tests.Lab;

/// <summary>A real API server with this project's kinds, established and served.</summary>
public sealed class CrdLab() : KubeApiServerOnDemand(InstallAsync)
{
    public static HttpKubernetesClient Connect(KubeApiServerLab lab) => new(KubernetesConfig.Load(lab.KubeconfigFile));

    private static async Task InstallAsync(KubeApiServerLab lab)
    {
        // A server that is older than rules (1.25) drops them, but kubectl asks before it sends them.
        await lab.Kubectl.RunAsync(CancellationToken.None, "apply", "--validate=false", "-f", "crds/");
        await lab.Kubectl.RunAsync(CancellationToken.None, "wait", "--for=condition=Established", "--timeout=30s", "-f", "crds/");
        foreach (var kind in new[] { "domain", "vbd", "vif", "xenhost", "xennetwork", "xenstoragepool" }) await DescribedAsync(lab, kind);
    }

    /// <summary>The server publishes the schemas some time after it serves the kinds, one by one, and says nowhere when it has.</summary>
    private static async Task DescribedAsync(KubeApiServerLab lab, string kind)
    {
        for (var tries = 60; ; tries--)
        {
            var explained = await lab.Kubectl.TryRunAsync(CancellationToken.None, "explain", kind);
            if (explained.Succeeded) return;
            if (tries == 0) explained.OutputOrThrow();
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }
}
