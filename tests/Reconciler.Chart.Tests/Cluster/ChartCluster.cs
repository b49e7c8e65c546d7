using Reconciler.Chart.Tests.Cluster;
using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(ChartCluster))]

namespace Reconciler.Chart.Tests.Cluster;

/// <summary>
/// A real API server with the chart installed. There can be one installation in a cluster, so the tests on it are one collection: they run
/// one by one, and each leaves it installed.
/// </summary>
public sealed class ChartCluster() : KubeApiServerOnDemand(lab => lab.InstallChartAsync(CancellationToken.None))
{
    public const string Name = "Installed chart";
}
