using System.Security.Cryptography.X509Certificates;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Web.Certificates;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Web.Certificates;

/// <summary>A cluster with a leader and a follower of one certificate.</summary>
internal sealed class CertificateWorld : IAsyncDisposable
{
    public const string Namespace = "system";
    public const string Name = "hook";
    public const string Configuration = "hooks";

    private CertificateWorld(VirtualTime time)
    {
        Time = time;
        Store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = time, ResourceTypes = [] });
        Leader = new Replica(this, leads: true, ["hook.system.svc"]);
        Follower = new Replica(this, leads: false, ["hook.system.svc"]);
    }

    public VirtualTime Time { get; }

    public EmbeddedStore Store { get; }

    public TestServices.Log Log { get; } = new();

    public Replica Leader { get; private set; }

    public Replica Follower { get; }

    /// <summary>What replicas wrote: "apply secrets hook".</summary>
    public List<string> Writes { get; } = [];

    /// <summary>How many of the next writes the server refuses.</summary>
    public int FailWrites { get; set; }

    public static void Run(Func<CertificateWorld, Task> scenario) => VirtualLoop.Run(
        async time =>
        {
            await using var world = new CertificateWorld(time);
            await scenario(world);
        },
        TimeSpan.FromDays(1));

    public void Start()
    {
        Leader.Start();
        Follower.Start();
    }

    /// <summary>A new process leads, with the same cluster and other names.</summary>
    public async Task RestartLeaderAsync(string[] hosts)
    {
        await Leader.DisposeAsync();
        Leader = new Replica(this, leads: true, hosts);
        Leader.Start();
    }

    public Task ApplyConfigurationAsync(params string[] webhooks) => Store.ApplyAsync(
        new ValidatingWebhookConfiguration
        {
            Metadata = new ObjectMeta { Name = Configuration },
            Webhooks = [.. webhooks.Select(name => new ValidatingWebhook { Name = name })],
        },
        new ApplyOptions("chart"),
        CancellationToken.None);

    public Task<Secret?> SecretAsync() => Store.GetAsync<Secret>(Name, Namespace, CancellationToken.None);

    /// <summary>Whom the API server trusts for a webhook: names of authorities.</summary>
    public IReadOnlyList<string> Trusted(string webhook)
    {
        // The store completes synchronously.
        var configuration = Store.GetAsync<ValidatingWebhookConfiguration>(Configuration, null, CancellationToken.None).GetAwaiter().GetResult();
        return CaBundle.Read(configuration!.Webhooks!.Single(w => w.Name == webhook).ClientConfig?.CaBundle ?? []).Select(a => a.Subject).ToList();
    }

    public async ValueTask DisposeAsync()
    {
        await Leader.DisposeAsync();
        await Follower.DisposeAsync();
        Store.Dispose();
    }

    internal sealed class Replica : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly CertificateStores _stores;
        private readonly Controller<Secret>? _controller;
        private readonly RuntimeServices _services;
        private Task _running = Task.CompletedTask;

        public Replica(CertificateWorld world, bool leads, string[] hosts)
        {
            _services = TestServices.Create(world.Time, world.Log);
            var options = new OwnCertificateOptions
            {
                Namespace = Namespace,
                SecretName = Name,
                ConfigurationName = Configuration,
                Hosts = hosts,
                FieldManager = "test",
                Lifetime = TimeSpan.FromHours(12),
            };
            Certificates = new ServingCertificates(_services);
            var client = new FailingClient(world);
            _stores = new CertificateStores(client, Certificates, options, _services);
            if (leads) _controller = CertificateController.Create(client, _stores, Certificates, options, _services);
        }

        public ServingCertificates Certificates { get; }

        public OperatorHealth Health => _services.Health;

        public string? Served => Certificates.Current?.Thumbprint;

        public string Issuer => Certificates.Current!.Issuer;

        public void Start()
        {
            _ = _stores.StartAsync(_stop.Token);
            _running = _controller?.RunAsync(_stop.Token) ?? Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _stores.StopAsync(CancellationToken.None);
            await _running;
            _controller?.Dispose();
            _stores.Dispose();
            _services.Metrics.Dispose();
            _stop.Dispose();
        }
    }

    private sealed class FailingClient(CertificateWorld world) : IKubernetesClient
    {
        public Task<T?> GetAsync<T>(string name, string? @namespace, CancellationToken cancellationToken)
            where T : class, IResource<T> => world.Store.GetAsync<T>(name, @namespace, cancellationToken);

        public Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => world.Store.ListAsync<T>(options, cancellationToken);

        public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => world.Store.WatchAsync<T>(options, cancellationToken);

        public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T>
        {
            if (world.FailWrites > 0)
            {
                world.FailWrites--;
                throw new KubernetesApiException("the server is away", System.Net.HttpStatusCode.ServiceUnavailable);
            }

            world.Writes.Add($"apply {T.Definition.Plural} {entity.Metadata.Name}");
            return world.Store.ApplyAsync(entity, options, cancellationToken);
        }

        public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public Task<T> ApplyStatusAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public Task<T> PatchAsync<T>(string name, string? @namespace, JsonPatch patch, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();

        public Task DeleteAsync<T>(string name, string? @namespace, DeleteOptions options, CancellationToken cancellationToken)
            where T : class, IResource<T> => throw new NotSupportedException();
    }
}
