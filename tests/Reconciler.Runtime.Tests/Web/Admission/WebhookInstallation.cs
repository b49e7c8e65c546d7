using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Web.Admission;
using Reconciler.Testing.Lab;

namespace Reconciler.Runtime.Tests.Web.Admission;

/// <summary>A ValidatingWebhookConfiguration of a real API server that calls ports of this machine; gone with the test.</summary>
internal sealed class WebhookInstallation(Kubectl kubectl, string name) : IAsyncDisposable
{
    public string Name => name;

    /// <param name="definition">What is reviewed.</param>
    /// <param name="caBundle">PEM; null leaves it to who serves.</param>
    /// <param name="ports">One webhook for each: all of them are asked about each write. One that does not answer fails the write.</param>
    public Task InstallAsync(ResourceDefinition definition, byte[]? caBundle, params int[] ports) => kubectl.ApplyAsync(
        $$"""
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: {{name}}}
        webhooks:
        {{string.Join("\n", ports.Select((port, i) =>
            $$"""
            - name: hook{{i}}.test.reconciler.dev
              clientConfig: {url: "https://127.0.0.1:{{port}}{{AdmissionPaths.Of(definition)}}"{{(caBundle is null ? "" : $", caBundle: {Convert.ToBase64String(caBundle)}")}}}
              rules: [{apiGroups: [{{definition.Group}}], apiVersions: [{{definition.Version}}], operations: [CREATE, UPDATE, DELETE], resources: [{{definition.Plural}}]}]
              failurePolicy: Fail
              sideEffects: None
              admissionReviewVersions: [v1]
              timeoutSeconds: 10
            """))}}
        """,
        TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() =>
        await kubectl.RunAsync(CancellationToken.None, "delete", "validatingwebhookconfiguration", name, "--ignore-not-found");
}
