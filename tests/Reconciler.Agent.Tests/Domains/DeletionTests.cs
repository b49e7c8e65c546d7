using Reconciler.Agent.Tests.Devices;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Agent.Tests.Domains;

/// <summary>What a Domain that is deleted says until it goes, on a whole agent.</summary>
public sealed class DeletionTests
{
    [Fact]
    public void A_deletion_is_a_write_for_each_thing_seen_and_none_to_an_object_that_goes() => AgentRig.RunStarted(async rig =>
    {
        await rig.DomainAsync();
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        var before = rig.Client.Writes.Count;

        await rig.DeleteAsync<Domain>("web");
        await rig.UntilGoneAsync<Domain>("web");

        // Asked to power off; acknowledged; halted; being torn down.
        rig.Client.Writes.Skip(before).Where(write => write.EndsWith($" domains {AgentRig.Namespace}/web", StringComparison.Ordinal)).ShouldBe(
            [.. Enumerable.Repeat($"apply-status domains {AgentRig.Namespace}/web", 4), $"patch domains {AgentRig.Namespace}/web"]);
    });

    [Fact]
    public void An_object_that_somebody_else_holds_back_says_that_nothing_is_left() => AgentRig.RunStarted(async rig =>
    {
        await rig.DomainAsync();
        await rig.UntilDomainAsync("web", d => Reason(d) == ReadyCondition.Running);
        await rig.Store.PatchAsync<Domain>("web", AgentRig.Namespace, new JsonPatch().Add("/metadata/finalizers/-", "example.com/backup"), CancellationToken.None);

        await rig.DeleteAsync<Domain>("web");
        var left = await rig.UntilDomainAsync("web", d => d.Metadata.Finalizers is ["example.com/backup"]);

        left.Status!.Conditions.Find(ReadyCondition.Type)!.Message.ShouldBe("Nothing of the domain is left on the host.");
        left.Status.Domid.ShouldBeNull();
    });

    private static string? Reason(Domain domain) => domain.Status?.Conditions.Find(ReadyCondition.Type)?.Reason;
}
