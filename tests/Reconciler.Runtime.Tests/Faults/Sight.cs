using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>What one process sees of a kind, over real connections: client, reflector, store and a controller that keeps book. Its clock runs fast.</summary>
internal sealed class Sight<T> : IAsyncDisposable
    where T : class, IResource<T>
{
    private const int Speed = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpKubernetesClient _client;
    private readonly Controller<T> _controller;
    private readonly Task _running;

    public Sight(string kubeconfig, ReflectorOptions? options = null, Func<IKubernetesClient, IKubernetesClient>? through = null, Store<T>? store = null)
    {
        var file = Path.Combine(Path.GetTempPath(), $"reconciler-kubeconfig-{Guid.NewGuid():N}");
        File.WriteAllText(file, kubeconfig);
        var time = new FastTime(Speed);
        _client = new HttpKubernetesClient(KubernetesConfig.Load(file), time: time);
        File.Delete(file);
        Services = TestServices.Create(time, Log) with { Random = Random.Shared };
        Store = store ?? new Store<T>();
        Ledger = new ReconcileLedger<T>(time);
        _controller = new Controller<T>(Ledger, Store, new ControllerOptions { Name = "sight", Workers = 3, Resync = null }, Services);
        var reflector = new Reflector<T>(through?.Invoke(_client) ?? _client, Store, options ?? new ReflectorOptions(), Services);
        _running = Task.WhenAll(reflector.RunAsync(_stop.Token), _controller.RunAsync(_stop.Token));
    }

    public Store<T> Store { get; }

    public ReconcileLedger<T> Ledger { get; }

    public TestServices.Log Log { get; } = new();

    public RuntimeServices Services { get; }

    /// <summary>What /readyz says; null: ready.</summary>
    public string? NotReady => Services.Health.NotReady() is [var problem, ..] ? $"{problem.Name}: {problem.Reason}" : null;

    /// <summary>Whether the key's last reconcile has ended well and was given such an object.</summary>
    public bool IsReconciled(ObjectKey key, string intent) => Ledger.Last.GetValueOrDefault(key) is { IsSettled: true } entry && entry.Intent.Contains(intent, StringComparison.Ordinal);

    /// <summary>Waits for something that comes by way of sockets and servers. No loop may have ended meanwhile.</summary>
    public async Task UntilAsync(string what, Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            _running.IsCompleted.ShouldBeFalse(_running.Exception?.ToString());
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. Readiness: {NotReady ?? "ready"}. Log:\n{string.Join('\n', Log.Lines.TakeLast(40))}");
            }

            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _controller.Dispose();
        _client.Dispose();
        _stop.Dispose();
        Services.Metrics.Dispose();
        Services.Health.Unhealthy().ShouldBeEmpty();
        Ledger.Violations.ShouldBeEmpty();
    }
}
