using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Domains;

/// <summary>The first law of the agent, on the embedded store and a simulated host, under virtual time.</summary>
public sealed class AgentRestartTests
{
    private const string Namespace = "shop";
    private static readonly Dictionary<string, PowerState> Wanted = new(StringComparer.Ordinal)
    {
        ["web"] = PowerState.Running, ["db"] = PowerState.Running, ["standby"] = PowerState.Paused, ["old"] = PowerState.Halted,
    };

    [Fact]
    public void Semantics_22_A_restart_of_the_agent_looks_at_every_domain_and_touches_none_and_writes_nothing() => VirtualLoop.Run(
        async time =>
        {
            using var store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = time });
            await using var host = new SimulatedHost(SimulatedHostOptions.Lifelike, time);
            using (var first = await StartAsync(store, host, time))
            {
                foreach (var (name, power) in Wanted)
                    await store.ApplyAsync(DomainOf(name, power), new ApplyOptions("user"), CancellationToken.None);
                await UntilAsync(time, async () => (await DomainsAsync(store)).All(d => d.Status?.PowerState == Wanted[d.Metadata.Name!].ToString()));
                await Task.Delay(TimeSpan.FromMinutes(2), time);
                await StopAsync(first);
            }
            var (domains, xenHost) = (await DomainsAsync(store), await XenHostAsync(store));
            List<FaultPoint> acts = [];
            List<Guid?> looks = [];
            host.Faults.Passing = point =>
            {
                if (point.Operation is not (HostOperation.Describe or HostOperation.Observe or HostOperation.Check)) acts.Add(point);
                else looks.Add(point.Uuid);
            };

            using (var second = await StartAsync(store, host, time))
            {
                await Task.Delay(TimeSpan.FromMinutes(30), time);
                await StopAsync(second);
            }

            looks.OfType<Guid>().ToHashSet().ShouldBe(domains.Select(d => Guid.Parse(d.Metadata.Uid!)), ignoreOrder: true);
            acts.ShouldBeEmpty();
            Versions(await DomainsAsync(store)).ShouldBe(Versions(domains));
            (await XenHostAsync(store)).Metadata.ResourceVersion.ShouldBe(xenHost.Metadata.ResourceVersion);
        },
        TimeSpan.FromHours(2));

    private static async Task<IHost> StartAsync(EmbeddedStore store, SimulatedHost host, VirtualTime time)
    {
        var agent = AgentHost.Build(
            new AgentOptions { NodeName = "xen-a", Standalone = true }, store, host,
            configure: components => components.Services.AddSingleton<TimeProvider>(time));
        foreach (var service in agent.Services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        return agent;
    }

    private static async Task StopAsync(IHost agent)
    {
        foreach (var service in agent.Services.GetServices<IHostedService>()) await service.StopAsync(CancellationToken.None);
    }

    private static async Task UntilAsync(VirtualTime time, Func<Task<bool>> holds)
    {
        for (var waited = TimeSpan.Zero; !await holds(); waited += TimeSpan.FromSeconds(1))
        {
            if (waited > TimeSpan.FromMinutes(10)) throw new TimeoutException("The Domains did not become what they should be.");
            await Task.Delay(TimeSpan.FromSeconds(1), time);
        }
    }

    private static async Task<IReadOnlyList<Domain>> DomainsAsync(EmbeddedStore store) =>
        (await store.ListAsync<Domain>(new ListOptions { Namespace = Namespace }, CancellationToken.None)).Items;

    private static async Task<XenHost> XenHostAsync(EmbeddedStore store) => (await store.GetAsync<XenHost>("xen-a", null, CancellationToken.None))!;

    private static IEnumerable<(string?, string?)> Versions(IEnumerable<Domain> domains) =>
        domains.Select(d => (d.Metadata.Name, d.Metadata.ResourceVersion)).Order();

    private static Domain DomainOf(string name, PowerState power) => new()
    {
        Metadata = new ObjectMeta { Namespace = Namespace, Name = name },
        Spec = new DomainSpec { PowerState = power, Memory = new MemorySpec { Size = "128Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } },
    };
}
