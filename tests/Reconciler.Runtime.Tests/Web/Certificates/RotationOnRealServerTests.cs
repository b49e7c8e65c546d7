using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Tests.Lab;
using Reconciler.Runtime.Tests.Web.Admission;
using Reconciler.Runtime.Web.Admission;
using Reconciler.Runtime.Web.Certificates;
using Widget = Reconciler.Testing.Contract.Widget;
using WidgetSpec = Reconciler.Testing.Contract.WidgetSpec;

namespace Reconciler.Runtime.Tests.Web.Certificates;

/// <summary>Two replicas, a real API server that asks both about each write, and certificates that live for seconds.</summary>
[Trait("Category", "Lab")]
public sealed class RotationOnRealServerTests(RealServer server) : IClassFixture<RealServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Semantics_41_Rotations_under_constant_writes_fail_none_and_reach_both_replicas()
    {
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        await using var installation = new WebhookInstallation(server.Lab.Kubectl, $"rotation-{@namespace}");
        await using var a = new Replica("a", server.Client, @namespace, installation.Name);
        await using var b = new Replica("b", server.Client, @namespace, installation.Name);
        await a.StartAsync();
        await b.StartAsync();
        await installation.InstallAsync(Widget.Definition, null, a.Port, b.Port);
        await UntilAsync(() => WritesAsync(@namespace, "probe"), "the first write passes");
        var (first, asked) = (a.Served, a.Validator.Asked.Count);

        // failurePolicy is Fail: a handshake that fails, or an answer that is cut off, is a write that fails.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var failures = new ConcurrentQueue<string>();
        var written = 0;
        var writers = Enumerable.Range(0, 3).Select(async writer =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                try
                {
                    await WriteAsync(@namespace, $"w{writer}", i);
                    Interlocked.Increment(ref written);
                }
                catch (KubernetesApiException e)
                {
                    failures.Enqueue(e.Message);
                }
            }
        }).ToList();

        var seen = new HashSet<string> { first! };
        while (seen.Count < 4 && failures.IsEmpty)
        {
            await Task.Delay(100, Cancel);
            if (a.Served == b.Served) seen.Add(a.Served!);
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
        failures.ShouldBeEmpty();
        TestContext.Current.TestOutputHelper?.WriteLine($"{written} writes over {seen.Count - 1} rotations, none failed");
        written.ShouldBeGreaterThan(100);
        a.Validator.Asked.Count.ShouldBeGreaterThanOrEqualTo(asked + written);
        b.Validator.Asked.Count.ShouldBeGreaterThanOrEqualTo(written);
        foreach (var replica in new[] { a, b }) replica.Log.At(LogLevel.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_41_When_the_leader_goes_the_other_replica_renews()
    {
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        await using var installation = new WebhookInstallation(server.Lab.Kubectl, $"leader-{@namespace}");
        var a = new Replica("a", server.Client, @namespace, installation.Name);
        await using var b = new Replica("b", server.Client, @namespace, installation.Name);
        await a.StartAsync();
        await UntilAsync(() => Task.FromResult(a.Served is not null), "the first replica has a certificate");
        await b.StartAsync();
        await installation.InstallAsync(Widget.Definition, null, b.Port);
        await UntilAsync(() => WritesAsync(@namespace, "probe"), "the first write passes");
        var before = b.Served;
        before.ShouldBe(a.Served);
        await a.DisposeAsync();

        await UntilAsync(() => Task.FromResult(b.Served != before), "the other has a new certificate");
        (await WritesAsync(@namespace, "after")).ShouldBeTrue();
    }

    private Task<Widget> WriteAsync(string @namespace, string name, int number) => server.Client.ApplyAsync(
        new Widget
        {
            Metadata = new ObjectMeta { Namespace = @namespace, Name = name },
            Spec = new WidgetSpec { Size = "1Gi", Notes = new Dictionary<string, string> { ["number"] = $"{number}" } },
        },
        new ApplyOptions("writer"),
        Cancel);

    private async Task<bool> WritesAsync(string @namespace, string name)
    {
        try
        {
            await WriteAsync(@namespace, name, 0);
            return true;
        }
        catch (KubernetesApiException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromSeconds(60)) throw new TimeoutException($"It did not come to be that {what}.");
            await Task.Delay(100, Cancel);
        }
    }

    private sealed class Replica : IAsyncDisposable
    {
        private readonly IHost _host;
        private bool _stopped;

        public Replica(string name, IKubernetesClient client, string @namespace, string configuration)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddSingleton(client);
            builder.Services.AddSingleton(Validator);
            builder.Services.AddSingleton(TestServices.Create(TimeProvider.System, Log).LoggerFactory);
            builder
                .AddKubernetesOperator(settings =>
                {
                    settings.Name = "rotation";
                    settings.Instance = name;
                    settings.LeaderElection = new LeaderElectionOptions { Namespace = @namespace, Name = "rotation", Identity = name };
                    settings.Exit = code => Log.Add(LogLevel.Error, $"exit {code}");
                })
                .AddAdmission(
                    new AdmissionOptions { Address = IPAddress.Loopback, Port = 0, Budget = TimeSpan.FromSeconds(8), OnFailure = AdmissionFailure.Deny },
                    new OwnCertificateOptions
                    {
                        Namespace = @namespace,
                        SecretName = "rotation",
                        ConfigurationName = configuration,
                        Hosts = ["127.0.0.1"],
                        FieldManager = "rotation",
                        Lifetime = TimeSpan.FromSeconds(24),
                        PropagationDelay = TimeSpan.FromSeconds(3),
                    })
                .AddValidator<ScriptedValidator<Widget>, Widget>();
            _host = builder.Build();
        }

        public TestServices.Log Log { get; } = new();

        public ScriptedValidator<Widget> Validator { get; } = new();

        public string? Served => _host.Services.GetRequiredService<ServingCertificates>().Current?.Thumbprint;

        public int Port => _host.Services.GetRequiredService<AdmissionServer>().Listening!.Port;

        public Task StartAsync() => _host.StartAsync(Cancel);

        public async ValueTask DisposeAsync()
        {
            if (_stopped) return;
            _stopped = true;
            await _host.StopAsync(CancellationToken.None);
            _host.Dispose();
        }
    }
}
