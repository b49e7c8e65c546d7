using System.Globalization;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Caching;
using Reconciler.Testing;
using Reconciler.Testing.Faults;
using Widget = Reconciler.Testing.Contract.Widget;

namespace Reconciler.Runtime.Tests.Faults;

/// <summary>A random walk of changes on the real server, seen through the fault proxy.</summary>
public sealed partial class RealServerFaultTests
{
    private const int Rounds = 3;
    private const int Names = 10;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Through_a_proxy_full_of_faults_the_store_comes_to_the_truth_and_every_last_state_is_reconciled()
    {
        var seed = int.Parse((Environment.GetEnvironmentVariable("RECONCILER_WALK_SEEDS") ?? "1").Split("..")[0], CultureInfo.InvariantCulture);
        var random = new Random(seed);
        var plan = new FaultPlan(seed, rate: 0.6);
        var trace = new List<string>();
        await using var proxy = HttpFaultProxy.Start(server.Lab.Url, server.Lab.CertificateAuthorityFile, plan);
        var kubeconfig = KubeconfigText.Of(proxy.Address, server.Lab.Token("admin"), proxy.AuthorityPem);
        Sight<StrictWidget> Start() => new(kubeconfig, new ReflectorOptions { Namespace = _namespace, LabelSelector = "host=here", PageSize = 3 });

        var sight = Start();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                plan.IsOn = true;
                var started = TimeProvider.System.GetTimestamp();
                while (TimeProvider.System.GetElapsedTime(started) < Round)
                {
                    if (random.Next(60) == 0)
                    {
                        trace.Add("restart");
                        await sight.DisposeAsync();
                        sight = Start();
                    }

                    trace.Add(await StepAsync(random));

                    // Not as fast as it can: the machine is shared with tests that measure time.
                    await Task.Delay(Pace, Cancel);
                }

                plan.IsOn = false;
                var truth = await TruthAsync();
                List<string> Problems() => [.. sight.Ledger.Violations, .. Convergence.Problems(truth, sight.Store.Snapshot, sight.Ledger.Last)];
                try
                {
                    await sight.UntilAsync("the store is the truth", () => Problems().Count == 0 && sight.NotReady is null);
                }
                catch (Exception e)
                {
                    Assert.Fail($"RECONCILER_WALK_SEEDS={seed}, round {round}:\n{string.Join('\n', Problems())}\nafter\n{string.Join('\n', trace.TakeLast(60))}\n{e.Message}");
                }
            }
        }
        finally
        {
            await sight.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{trace.Count} steps; faults: {string.Join(", ", plan.Met.OrderBy(f => f.Key).Select(f => $"{f.Key} {f.Value}"))}");
        trace.Count.ShouldBeGreaterThan(50);
        plan.Met.Count.ShouldBeGreaterThan(8);
    }

    /// <summary>One change, by somebody whose connection is well.</summary>
    private async Task<string> StepAsync(Random random)
    {
        var (name, what, chance) = ($"w{random.Next(Names)}", random.Next(10), random.Next(10));
        try
        {
            switch (what)
            {
                case 0 or 1 or 2:
                    await CreateAsync(name, isHere: chance > 1);
                    return $"create {name}";
                case 3 or 4 or 5:
                    await PatchAsync(name, "/spec/count", chance);
                    return $"update {name}";
                case 6:
                    await PatchAsync(name, "/metadata/labels/host", chance > 4 ? "here" : "there");
                    return $"move {name}";
                case 7:
                    await PatchAsync(name, "/spec/mode", chance > 4 ? "Fast" : "Slow");
                    return $"change the mode of {name}";
                case 8:
                    await server.Client.DeleteAsync<Widget>(name, _namespace, new DeleteOptions(), Cancel);
                    return $"delete {name}";
                default:
                    await server.Client.DeleteAsync<Widget>(name, _namespace, new DeleteOptions(), Cancel);
                    await CreateAsync(name);
                    return $"recreate {name}";
            }
        }
        catch (KubernetesApiException e) when (e.IsNotFound || e.IsAlreadyExists)
        {
            return $"nothing with {name}";
        }
    }

    private Task<Widget> PatchAsync<TValue>(string name, string path, TValue value) =>
        server.Client.PatchAsync<Widget>(name, _namespace, new JsonPatch().Replace(path, JsonValue.Create(value)), Cancel);

    private async Task<Dictionary<ObjectKey, (IKubernetesObject Object, bool IsReadable)>> TruthAsync()
    {
        var list = await server.Client.ListAsync<Widget>(new ListOptions { Namespace = _namespace, LabelSelector = "host=here" }, Cancel);
        return list.Items.ToDictionary(ObjectKey.Of, w => ((IKubernetesObject)w, w.Spec!.Mode != "Slow"));
    }
}
