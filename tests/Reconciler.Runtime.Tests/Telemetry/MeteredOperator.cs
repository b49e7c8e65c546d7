using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Embedded;
using Reconciler.Embedded.Resources;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Status;
using Reconciler.Runtime.Telemetry;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Web.Endpoints;
using Reconciler.Runtime.Web.Otlp;
using Widget = Reconciler.Testing.Contract.Widget;

namespace Reconciler.Runtime.Tests.Telemetry;

/// <summary>A whole operator on an embedded store, in real time: a lease, a controller that writes a status and tells an event, endpoints, OTLP.</summary>
internal sealed class MeteredOperator : IAsyncDisposable
{
    private readonly EmbeddedStore _store = EmbeddedStore.InMemory(new() { ResourceTypes = CustomResourceDefinitions.Read(Widget.DefinitionYaml) });
    private readonly TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IHost _host;

    /// <param name="environment">OTEL_* variables.</param>
    public MeteredOperator(params (string Name, string Value)[] environment)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(TestServices.Loggers(Log));
        builder.Services.AddKubernetesClient(_store);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(environment.ToDictionary(e => e.Name, string? (e) => e.Value)).Build();
        builder
            .AddKubernetesOperator(settings =>
            {
                settings.Name = "metered-operator";
                settings.LeaderElection = new LeaderElectionOptions { Namespace = "ns", Name = "metered-operator" };
            })
            .AddOpenTelemetry(configuration)
            .AddEndpoints(new EndpointSettings { Address = IPAddress.Loopback, Port = 0 })
            .AddController(sp => sp.GetRequiredService<Keeper>(), ControllerName);
        builder.Services.AddSingleton(sp => new Keeper(sp.GetRequiredService<StatusWriter>(), sp.GetRequiredService<EventPublisher>(), _kept));
        _host = builder.Build();
    }

    /// <summary>Of this operator alone: spans of others in the process go to every collector.</summary>
    public string ControllerName { get; } = $"keeper-{Guid.NewGuid():N}";

    public TestServices.Log Log { get; } = new();

    /// <summary>Runs it until it has kept one widget.</summary>
    /// <param name="failFirst">The first reconcile throws.</param>
    public async Task RunAsync(bool failFirst = false)
    {
        _host.Services.GetRequiredService<Keeper>().FailNext = failFirst;
        // One that was given up is taken at once; where there is none, the first to make it waits.
        await _store.CreateAsync(
            new Lease { Metadata = new() { Namespace = "ns", Name = "metered-operator" }, Spec = new() { LeaseDurationSeconds = 1 } },
            TestContext.Current.CancellationToken);
        await _host.StartAsync(TestContext.Current.CancellationToken);
        await _store.CreateAsync(
            new Widget { Metadata = new() { Namespace = "ns", Name = "a" }, Spec = new() { Size = "1Mi" } }, TestContext.Current.CancellationToken);
        // No API server is there to call a webhook.
        _host.Services.GetRequiredService<RuntimeMetrics>().Reviewed("/validate/widgets.contract.reconciler.dev", 200, TimeSpan.FromMilliseconds(1));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        await _kept.Task.WaitAsync(limit.Token);

        // A stop in the middle of its writing would have it written twice.
        await foreach (var _ in _store.WatchAsync<Event>(new WatchOptions { ResourceVersion = "0" }, limit.Token))
            break;
    }

    /// <summary>What /metrics answers.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var http = new HttpClient();
        var uri = new Uri($"http://{_host.Services.GetRequiredService<OperatorEndpoints>().Listening}/metrics");

        // The second answer has the first request in it.
        await http.GetStringAsync(uri, TestContext.Current.CancellationToken);
        return await http.GetStringAsync(uri, TestContext.Current.CancellationToken);
    }

    public Task StopAsync() => _host.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        _store.Dispose();
    }

    private sealed class Keeper(StatusWriter status, EventPublisher events, TaskCompletionSource kept) : IEntityController<Widget>
    {
        public bool FailNext { get; set; }

        public async Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken)
        {
            if (entity is null)
            {
                return ReconciliationResult<Widget>.Success();
            }

            if (FailNext)
            {
                FailNext = false;
                throw new InvalidOperationException("the first time fails");
            }

            await status.ApplyAsync(entity, new Widget { Metadata = new() { Namespace = key.Namespace, Name = key.Name }, Status = new() { Phase = "Kept" } }, cancellationToken);
            events.Publish(entity, EventType.Normal, "Kept", "Keep", "kept");
            kept.TrySetResult();
            return ReconciliationResult<Widget>.Success();
        }
    }
}
