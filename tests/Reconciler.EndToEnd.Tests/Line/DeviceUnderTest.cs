using System.Text.Json;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>One VBD or VIF object of a test.</summary>
/// <param name="lab">The lab.</param>
/// <param name="kind"><c>vbd</c> or <c>vif</c>.</param>
/// <param name="namespace">Where it is.</param>
/// <param name="name">Its name.</param>
public sealed class DeviceUnderTest(LineLab lab, string kind, string @namespace, string name)
{
    /// <summary>A bound, not a measure.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(600);

    /// <summary>The object with this spec, YAML that begins at the margin.</summary>
    public string Manifest(string spec) =>
        $"""
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: {kind.ToUpperInvariant()}
        metadata:
          name: {name}
          namespace: {@namespace}
        spec:
          {spec.ReplaceLineEndings("\n  ")}
        """;

    public Task ApplyAsync(string spec, CancellationToken cancellation) => lab.Kubectl.ApplyAsync(Manifest(spec), cancellation);

    /// <summary>Deletes it and waits until it is gone.</summary>
    public Task DeleteAsync(CancellationToken cancellation) =>
        lab.Kubectl.RunAsync(cancellation, "-n", @namespace, "delete", kind, name, $"--timeout={Patience.TotalSeconds:0}s");

    public Task RequestDeleteAsync(CancellationToken cancellation) =>
        lab.Kubectl.RunAsync(cancellation, "-n", @namespace, "delete", kind, name, "--wait=false");

    public Task UntilGoneAsync(CancellationToken cancellation) => lab.Kubectl.RunAsync(
        cancellation, "-n", @namespace, "wait", "--for=delete", $"{kind}/{name}", $"--timeout={Patience.TotalSeconds:0}s");

    /// <summary>Waits until Ready is <c>status/reason</c>, judged by its current generation; the object as it is then.</summary>
    public Task<JsonElement> UntilAsync(string ready, CancellationToken cancellation) => Eventually.HoldsAsync(
        $"{kind} {@namespace}/{name}: Ready is {ready}",
        lab.Kubectl,
        ["-n", @namespace, kind, name],
        device => device.Condition("Ready") == ready && device.IsCurrent(),
        Patience,
        cancellation);
}
