using Reconciler.Testing.Lab;

[assembly: AssemblyFixture(typeof(Reconciler.Operator.Tests.Lab.OperatorLab))]

namespace Reconciler.Operator.Tests.Lab;

/// <summary>A real API server with the chart installed; the operator is not running.</summary>
public sealed class OperatorLab() : KubeApiServerOnDemand(lab => lab.InstallChartAsync(CancellationToken.None));
