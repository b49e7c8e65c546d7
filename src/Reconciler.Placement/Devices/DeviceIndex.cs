using Reconciler.Api.Devices;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;
using Reconciler.Runtime.Caching;

namespace Reconciler.Placement.Devices;

/// <summary>The devices of a kind, by whom and what they concern.</summary>
/// <param name="domain">The name of a device's Domain.</param>
/// <param name="wanted">What a device asks for.</param>
/// <param name="held">What a device has.</param>
/// <param name="offer">The pool or network of a claim; null of other claims.</param>
internal sealed class DeviceIndex<T>(
    Func<T, string?> domain, Func<T, IReadOnlyList<DeviceClaim>> wanted, Func<T, IReadOnlyList<DeviceClaim>?> held, Func<DeviceClaim, string?> offer)
    where T : class, IResource<T>
{
    private const string Domain = "domain";
    private const string Resource = "resource";
    private const string Offer = "offer";

    private Store<T>? _store;

    /// <summary>Files the objects of the store; before its first list.</summary>
    public void AddTo(Store<T> store)
    {
        store.AddIndex(Domain, device => Domains(device).Select(name => $"{device.Metadata.Namespace}/{name}"));
        store.AddIndex(Resource, Resources);
        store.AddIndex(Offer, Offers);
        _store = store;
    }

    /// <summary>Those of a Domain, by its name.</summary>
    public IEnumerable<ObjectKey> Of(IKubernetesObject owner) => DevicesOf(owner).Select(ObjectKey.Of);

    /// <summary>Those of a Domain themselves.</summary>
    public IEnumerable<T> DevicesOf(IKubernetesObject owner) => Find(Domain, $"{owner.Metadata.Namespace}/{owner.Metadata.Name}");

    /// <summary>Those that ask for, or have, something that a device asks for or has; without itself.</summary>
    public IEnumerable<T> Beside(T device)
    {
        var own = ObjectKey.Of(device);
        return Resources(device).SelectMany(name => Find(Resource, name)).Where(other => ObjectKey.Of(other) != own).DistinctBy(ObjectKey.Of);
    }

    /// <summary>Those that name a pool or network.</summary>
    public IEnumerable<ObjectKey> At(string name) => Find(Offer, name).Select(ObjectKey.Of);

    /// <summary>Those that have a claim on a pool or network, in the order of their names.</summary>
    public IEnumerable<ObjectKey> UsersOf(string name) =>
        Find(Offer, name).Where(device => held(device)?.Any(claim => offer(claim) == name) == true).Select(ObjectKey.Of).Order();

    /// <summary>The pools or networks that a device names or has.</summary>
    public IEnumerable<string> Offers(T device) => Claims(device).Select(offer).OfType<string>().Distinct(StringComparer.Ordinal);

    private IEnumerable<T> Find(string index, string value) => _store?.ByIndex(index, value) ?? [];

    private IEnumerable<string> Domains(T device) => new[] { domain(device), DeviceClaims.DomainOf(held(device) ?? []) }.OfType<string>().Distinct(StringComparer.Ordinal);

    /// <summary>Places on a network are there for all: nobody is beside anybody for that.</summary>
    private IEnumerable<string> Resources(T device) =>
        Claims(device).Where(claim => DeviceClaims.NetworkOf(claim) is null).Select(claim => claim.Resource).Distinct(StringComparer.Ordinal);

    private IEnumerable<DeviceClaim> Claims(T device) => wanted(device).Concat(held(device) ?? []);
}
