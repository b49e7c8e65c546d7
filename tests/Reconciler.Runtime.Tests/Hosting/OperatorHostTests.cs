using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Controllers;
using Reconciler.Runtime.Events;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Hosting;

/// <summary>The whole operator, put together from services, on an in-memory cluster.</summary>
public sealed class OperatorHostTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Semantics_37_Everything_starts_and_stops_in_order() => VirtualLoop.Run(async time =>
    {
        using var world = new World(time, builder => builder.AddPart(sp => sp.GetRequiredService<World>().Part("webhooks", OperatorPartOrder.Webhooks))
            .AddPart(sp => sp.GetRequiredService<World>().Part("signals", OperatorPartOrder.Background))
            .AddPart(sp => sp.GetRequiredService<World>().Part("reports", OperatorPartOrder.Leading))
            .AddPart(sp => sp.GetRequiredService<World>().Part("probes", OperatorPartOrder.Probes)));
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.FreeLeaseAsync();
        world.Cluster.Before = (call, _) =>
        {
            // The names of events are made of the time.
            world.Log.Add(call.StartsWith("create events") ? "create events" : call);
            return Task.CompletedTask;
        };
        await world.Host.StartAsync(default);
        await Task.Delay(Second, time);
        world.Log.ShouldBe(
        [
            "start probes", "start webhooks", "stream widgets", "list widgets", "watch widgets", "start signals", "get leases ns/test", "patch leases ns/test", "start reports", "reconcile ns/a",
        ]);

        world.Log.Clear();
        world.Cluster.Edit<Widget>("a", json => json["spec"]!["size"] = "large");
        world.HoldReconciles = 3 * Second;
        await Task.Delay(0.1 * Second, time);
        await world.Host.StopAsync(default);
        world.Log.Where(l => !l.StartsWith("get leases") && !l.StartsWith("patch leases")).ShouldBe(
            ["reconcile ns/a", "reconciled ns/a", "stop reports", "stop signals", "create events", "stop webhooks", "stop probes"],
            customMessage: string.Join('\n', world.Log));
        world.Log.FindLastIndex(l => l == "patch leases ns/test").ShouldBeGreaterThan(world.Log.IndexOf("create events"));
        world.Cluster.Find<Lease>("test")!.Spec!.HolderIdentity.ShouldBeNull();
    });

    [Fact]
    public void Semantics_35_A_process_that_loses_its_lease_ends_at_once_with_an_error() => VirtualLoop.Run(async time =>
    {
        using var world = new World(time);
        await world.FreeLeaseAsync();
        await world.Host.StartAsync(default);
        await Task.Delay(5 * Second, time);
        world.Cluster.Edit<Lease>("test", json => json["spec"]!["holderIdentity"] = "another");
        (await world.Exited.Task).ShouldBe(75);
        await world.Host.StopAsync(default);
    });

    [Fact]
    public void Semantics_37_38_A_process_that_does_not_lead_reads_and_reconciles_nothing() => VirtualLoop.Run(async time =>
    {
        using var world = new World(time, builder => builder.AddPart(sp => sp.GetRequiredService<World>().Part("reports", OperatorPartOrder.Leading)));
        await world.Cluster.Client.CreateAsync(
            new Lease { Metadata = new() { Name = "test", Namespace = "ns" }, Spec = new() { HolderIdentity = "another", LeaseDurationSeconds = 3600 } }, default);
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.Host.StartAsync(default);
        await Task.Delay(60 * Second, time);
        world.Log.ShouldBeEmpty();
        world.Services.GetRequiredService<Store<Widget>>().Get(new("ns", "a")).ShouldNotBeNull();
        world.Services.GetRequiredService<Health.OperatorHealth>().NotReady().ShouldBeEmpty();
        await world.Host.StopAsync(default);
    });

    [Fact]
    public void Semantics_36_The_lease_is_not_released_while_a_reconcile_may_still_write() => VirtualLoop.Run(async time =>
    {
        using var world = new World(time);
        await world.Cluster.Client.CreateAsync(Widget.Named("a"), default);
        await world.FreeLeaseAsync();
        world.HoldReconciles = TimeSpan.FromMinutes(5);
        await world.Host.StartAsync(default);
        await Task.Delay(Second, time);
        await world.Host.StopAsync(default);
        time.Elapsed.ShouldBeLessThan(30 * Second);
        world.Cluster.Find<Lease>("test")!.Spec!.HolderIdentity.ShouldBe("me");
        await Task.Delay(TimeSpan.FromMinutes(5), time);
    });

    private sealed class World : IEntityController<Widget>, IHostApplicationLifetime, IDisposable
    {
        private readonly VirtualTime _time;
        private readonly ServiceProvider _services;
        private EventPublisher? _events;

        public World(VirtualTime time, Action<OperatorBuilder>? configure = null)
        {
            _time = time;
            Cluster = new InMemoryCluster(time);
            var services = new ServiceCollection();
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton(Cluster.Client);
            services.AddSingleton<IHostApplicationLifetime>(this);
            services.AddSingleton(this);
            var builder = services.AddKubernetesOperator(s =>
            {
                s.Name = "tester";
                s.LeaderElection = new LeaderElectionOptions { Namespace = "ns", Name = "test", Identity = "me" };
                s.Exit = code => Exited.TrySetResult(code);
            });
            builder.AddController(sp => sp.GetRequiredService<World>(), "widgets");
            configure?.Invoke(builder);
            _services = services.BuildServiceProvider();
        }

        public InMemoryCluster Cluster { get; }

        public IServiceProvider Services => _services;

        public IHostedService Host => _services.GetRequiredService<IHostedService>();

        public List<string> Log { get; } = [];

        public TaskCompletionSource<int> Exited { get; } = new();

        public TimeSpan HoldReconciles { get; set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        /// <summary>A lease that was given up: whoever comes first leads at once.</summary>
        public Task<Lease> FreeLeaseAsync() => Cluster.Client.CreateAsync(
            new Lease { Metadata = new() { Name = "test", Namespace = "ns" }, Spec = new() { LeaseDurationSeconds = 1 } }, default);

        public LoggingPart Part(string name, OperatorPartOrder order) => new LoggingPart(name, order, Log);

        public async Task<ReconciliationResult<Widget>> ReconcileAsync(ObjectKey key, Widget? entity, CancellationToken cancellationToken)
        {
            Log.Add($"reconcile {key}");
            if (HoldReconciles > TimeSpan.Zero)
            {
                // A step on the host is finished, whatever the token says.
                await Task.Delay(HoldReconciles, _time, CancellationToken.None);
                Log.Add($"reconciled {key}");
                _events ??= _services.GetRequiredService<EventPublisher>();
                _events.Publish(entity!, EventType.Normal, "Done", "Do", "done");
            }

            return ReconciliationResult<Widget>.Success();
        }

        public void StopApplication() => Exited.TrySetResult(-1);

        public void Dispose() => _services.Dispose();
    }

    internal sealed class LoggingPart(string name, OperatorPartOrder order, List<string> log) : IOperatorPart
    {
        public OperatorPartOrder Order => order;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            log.Add($"start {name}");
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            log.Add($"stop {name}");
            return Task.CompletedTask;
        }
    }
}
