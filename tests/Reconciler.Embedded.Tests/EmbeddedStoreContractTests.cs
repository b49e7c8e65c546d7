using Reconciler.Embedded.Resources;
using Reconciler.Kubernetes.Client;
using Reconciler.Testing.Contract;

namespace Reconciler.Embedded.Tests;

public sealed class EmbeddedStoreContractTests : KubernetesClientContract, IDisposable
{
    private readonly EmbeddedStore _store = EmbeddedStore.InMemory(
        new EmbeddedStoreOptions { ResourceTypes = CustomResourceDefinitions.Read(Widget.DefinitionYaml) });

    protected override IKubernetesClient Client => _store;

    protected override string Namespace => "default";

    public void Dispose() => _store.Dispose();
}
