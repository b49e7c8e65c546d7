using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;

namespace Reconciler.Runtime.Hosting;

/// <summary>What the process keeps of one kind.</summary>
internal sealed class StoreRegistration<T>
    where T : class, IResource<T>
{
    public ReflectorOptions Options { get; set; } = new();

    public List<Action<Store<T>>> Configure { get; } = [];

    public Store<T> Create()
    {
        var store = new Store<T>();
        Configure.ForEach(configure => configure(store));
        return store;
    }
}
