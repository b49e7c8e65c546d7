using Reconciler.Testing.Lab;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>The sample, as its reader runs it.</summary>
[Trait("Category", "Lab")]
[Collection(nameof(OneRealServer))]
public sealed class HelloOperatorTests(RealServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hello_operator_answers_a_greeting()
    {
        var kubectl = server.Lab.Kubectl;
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        await kubectl.RunAsync(Cancel, "apply", "-f", "samples/HelloOperator/greeting.yaml");
        await kubectl.RunAsync(Cancel, "wait", "--for=condition=Established", "crd/greetings.samples.reconciler.dev", "--timeout=30s");
        await kubectl.ApplyAsync($$"""{apiVersion: samples.reconciler.dev/v1, kind: Greeting, metadata: {name: a, namespace: {{@namespace}}}, spec: {who: reader} }""", Cancel);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = ExternalProgram.RunAsync(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "HelloOperator.dll")],
            environment: new Dictionary<string, string> { ["KUBECONFIG"] = server.Lab.KubeconfigFile },
            cancellation: stop.Token);
        await kubectl.RunAsync(Cancel, "wait", "greeting/a", "-n", @namespace, "--for=jsonpath={.status.message}=Hello, reader!", "--timeout=30s");

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }
}
