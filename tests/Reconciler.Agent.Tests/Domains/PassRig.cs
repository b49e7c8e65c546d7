using Reconciler.Agent.Devices;
using Reconciler.Agent.Domains;
using Reconciler.Agent.Mapping;
using Reconciler.Agent.Networking;
using Reconciler.Agent.Storage;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Agent.Tests.Domains;

/// <summary>One Domain, one simulated host, a clock under control, and a status that is written where a test can see it.</summary>
internal sealed class PassRig : IAsyncDisposable
{
    private readonly DomainPass _pass;

    public PassRig(SimulatedHostOptions? options = null)
    {
        Host = new SimulatedHost(options ?? new SimulatedHostOptions { Guest = new GuestBehavior { ShutdownDelay = TimeSpan.FromSeconds(1) } }, Time);
        _pass = new DomainPass(
            Host, new DeviceMapping("xen-a", new SimulatedStorage(Host.Files, state: null), new SimulatedBridges(Host.Files)),
            (_, _, _) => Task.FromResult(DeviceObjects.None), Time);
    }

    public VirtualTime Time { get; } = new();

    public SimulatedHost Host { get; }

    public Domain Entity { get; private set; } = new()
    {
        Metadata = new ObjectMeta { Namespace = "shop", Name = "web", Uid = "5f0c0a52-0000-4000-8000-000000000001", Generation = 1 },
        Spec = new DomainSpec { Memory = new MemorySpec { Size = "128Mi" }, Boot = new BootSpec { Kernel = "/boot/vmlinuz" } },
    };

    /// <summary>Every status that was written, in order.</summary>
    public List<DomainStatus> Written { get; } = [];

    /// <summary>Every edge that was told, in order.</summary>
    public List<DomainEdge> Edges { get; } = [];

    /// <summary>Whether the status is to be written before anything is done.</summary>
    public bool TellFirst { get; set; }

    /// <summary>Thrown by the next write of a status.</summary>
    public Exception? WriteFailure { get; set; }

    public Condition Ready => Entity.Status!.Conditions.Find(ReadyCondition.Type)!;

    public void Change(Func<DomainSpec, DomainSpec> change) => Entity = Entity with
    {
        Spec = change(Entity.Spec!),
        Metadata = Entity.Metadata with { Generation = Entity.Metadata.Generation + 1 },
    };

    public void SetPower(PowerState power) => Change(s => s with { PowerState = power });

    public void Delete() => Entity = Entity with { Metadata = Entity.Metadata with { DeletionTimestamp = Time.GetUtcNow() } };

    public async Task<PassResult> PassAsync()
    {
        var before = Entity.Status;
        var result = await _pass.RunAsync(Entity, TellFirst, WriteAsync, CancellationToken.None);
        Edges.AddRange(DomainEdges.Between(before, Entity.Status!, result));
        return result;
    }

    /// <summary>Passes until nothing calls for another one, following each deadline in virtual time.</summary>
    public async Task<PassResult> SettleAsync(int limit = 50)
    {
        for (var i = 0; i < limit; i++)
        {
            var result = await PassAsync();
            if (result is { LookAgainAfter: null, Failure: null })
                return result;
            Time.Advance(result.LookAgainAfter ?? TimeSpan.FromSeconds(1));
        }
        throw new InvalidOperationException($"Not settled after {limit} passes; Ready is {Ready.Reason}: {Ready.Message}");
    }

    public async Task<ObservedDomain?> SeenAsync() =>
        (await Host.ObserveAllAsync(CancellationToken.None)).SingleOrDefault(d => d.Uuid == Guid.Parse(Entity.Metadata.Uid!));

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    private Task WriteAsync(DomainStatus status, CancellationToken cancellationToken)
    {
        if (WriteFailure is { } failure)
        {
            WriteFailure = null;
            throw failure;
        }
        Written.Add(status);
        Entity = Entity with { Status = status };
        return Task.CompletedTask;
    }
}
