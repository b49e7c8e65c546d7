namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>A test on the whole line: has a namespace of its own, and leaves what is needed to understand its failure.</summary>
[Trait("Category", "Lab")]
public abstract class LineTest(LineLab lab) : IAsyncLifetime
{
    protected LineLab Lab => lab;

    protected string Namespace { get; private set; } = "";

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Namespace = await lab.Kube.CreateNamespaceAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var context = TestContext.Current;
        if (context.TestState?.Result is TestResult.Failed)
        {
            var folder = await Diagnostics.CollectAsync(lab, context.TestMethod?.MethodName ?? "unknown", CancellationToken.None);
            context.TestOutputHelper?.WriteLine($"diagnostics: {folder}");

            // Nor shall the others find what it has taken away.
            await lab.EnsureAgentAsync(CancellationToken.None);
        }

        // What a failed test has left must not take the others' memory.
        await lab.Kubectl.TryRunAsync(CancellationToken.None, "-n", Namespace, "delete", "domains,vbds,vifs", "--all", "--wait=false");
    }

    protected DomainUnderTest Domain(string name) => new(lab, Namespace, name);
}
