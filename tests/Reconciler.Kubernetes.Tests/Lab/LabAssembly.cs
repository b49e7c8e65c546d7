using Reconciler.Kubernetes.Tests.Lab;

[assembly: AssemblyFixture(typeof(ClientLab))]
