using Reconciler.Api;
using Reconciler.Api.Conditions;
using Reconciler.Api.Hosts;
using Reconciler.Cli.Fencing;
using Reconciler.Embedded;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing;

namespace Reconciler.Cli.Tests.Fencing;

public sealed class HostFenceTests
{
    [Fact]
    public void A_silent_host_is_confirmed_for_this_boot_and_this_silence_and_the_operators_word_is_told() => Run(async (store, time, output) =>
    {
        await SayAsync(store, HostReadyCondition.Type, ConditionStatus.Unknown, HostReadyCondition.AgentSilent);
        var running = new HostFence(store, time, output).RunAsync("xen-1", "kim", CancellationToken.None);
        await Task.Delay(TimeSpan.FromSeconds(5), time);
        running.IsCompleted.ShouldBeFalse();
        var host = (await store.GetAsync<XenHost>("xen-1", null, CancellationToken.None))!;
        host.Spec!.Fence.ShouldBe(new FenceSpec { BootId = "boot-1", SilentSince = DateTimeOffset.UnixEpoch, ConfirmedBy = "kim" });

        await SayAsync(store, FencedCondition.Type, ConditionStatus.True, FencedCondition.ConfirmedPoweredOff, host.Metadata.Generation);
        (await running).ShouldBe(0);
        output.ToString().ShouldContain("XenHost xen-1: Fenced=True (ConfirmedPoweredOff)");
    });

    [Fact]
    public void An_operator_that_does_not_answer_is_said() => Run(async (store, time, output) =>
    {
        await SayAsync(store, HostReadyCondition.Type, ConditionStatus.Unknown, HostReadyCondition.AgentSilent);
        (await Should.ThrowAsync<CommandException>(new HostFence(store, time, output).RunAsync("xen-1", "kim", CancellationToken.None))).Message.ShouldContain("look at its pod");
    });

    [Fact]
    public void A_host_that_speaks_and_one_that_does_not_exist_are_refused() => Run(async (store, time, output) =>
    {
        await SayAsync(store, HostReadyCondition.Type, ConditionStatus.True, HostReadyCondition.Ready);
        (await Should.ThrowAsync<CommandException>(new HostFence(store, time, output).RunAsync("xen-1", "kim", CancellationToken.None))).Message.ShouldContain("is not silent");
        (await Should.ThrowAsync<CommandException>(new HostFence(store, time, output).RunAsync("xen-2", "kim", CancellationToken.None))).Message.ShouldContain("There is no XenHost xen-2");
        (await store.GetAsync<XenHost>("xen-1", null, CancellationToken.None))!.Spec!.Fence.ShouldBeNull();
    });

    [Fact]
    public async Task Without_the_confirmation_nothing_is_asked_of_any_cluster()
    {
        using var error = new StringWriter();
        var configuration = new System.CommandLine.InvocationConfiguration { Error = error };
        var kubeconfig = Path.Combine(Path.GetTempPath(), $"reconciler-cli-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(kubeconfig, KubeconfigText.Of(new Uri("http://127.0.0.1:9"), "t"), TestContext.Current.CancellationToken);
        try
        {
            (await XenCommand.Create().Parse(["fence", "xen-1", "--kubeconfig", kubeconfig]).InvokeAsync(configuration, TestContext.Current.CancellationToken)).ShouldBe(1);
        }
        finally
        {
            File.Delete(kubeconfig);
        }

        error.ToString().ShouldContain("--confirm-powered-off");
    }

    private static void Run(Func<EmbeddedStore, TimeProvider, StringWriter, Task> scenario) => VirtualLoop.Run(async time =>
    {
        using var store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { TimeProvider = time });
        using var output = new StringWriter();
        await store.ApplyAsync(new XenHost { Metadata = new ObjectMeta { Name = "xen-1" }, Spec = new XenHostSpec() }, new ApplyOptions("admin"), CancellationToken.None);
        await scenario(store, time, output);
    });

    private static Task<XenHost> SayAsync(EmbeddedStore store, string type, string status, string reason, long? generation = null) => store.ApplyStatusAsync(
        new XenHost
        {
            Metadata = new ObjectMeta { Name = "xen-1" },
            Status = new XenHostStatus
            {
                BootId = "boot-1",
                Conditions = [new Condition { Type = type, Status = status, Reason = reason, Message = "", ObservedGeneration = generation, LastTransitionTime = DateTimeOffset.UnixEpoch }],
            },
        },
        new ApplyOptions($"{XenApi.OperatorStatusFieldManager}-{type}"), CancellationToken.None);
}
