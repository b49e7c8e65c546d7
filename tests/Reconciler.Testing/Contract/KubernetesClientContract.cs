using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Shouldly;
using Xunit;

namespace Reconciler.Testing.Contract;

/// <summary>
/// What every <see cref="IKubernetesClient"/> does. Runs on the embedded store and, through the HTTP client, on a real API server: so the
/// store that unit tests and single hosts use stays honest. Partial files, one per verb.
/// </summary>
public abstract partial class KubernetesClientContract
{
    private const string Manager = "contract-test";
    private const string StatusManager = "contract-test-status";

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The client under test; the kind <see cref="Widget"/> is installed.</summary>
    protected abstract IKubernetesClient Client { get; }

    /// <summary>A namespace that exists and that no other test uses.</summary>
    protected abstract string Namespace { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Widget New(string name, WidgetSpec? spec = null, ObjectMeta? metadata = null) => new()
    {
        ApiVersion = Widget.Definition.ApiVersion,
        Kind = Widget.Definition.Kind,
        Metadata = (metadata ?? new ObjectMeta()) with { Name = name, Namespace = Namespace },
        Spec = spec ?? new WidgetSpec { Size = "1Gi" },
    };

    private Widget Partial(string name, WidgetSpec? spec = null, WidgetStatus? status = null) =>
        New(name) with { Spec = spec, Status = status };

    private Task<Widget> CreateAsync(string name, WidgetSpec? spec = null, ObjectMeta? metadata = null) =>
        Client.CreateAsync(New(name, spec, metadata), Cancel);

    private Task<Widget> ApplyAsync(string name, WidgetSpec spec, string manager = Manager, bool force = true) =>
        Client.ApplyAsync(Partial(name, spec), new ApplyOptions(manager, force), Cancel);

    private Task<Widget> ApplyStatusAsync(string name, WidgetStatus? status, string manager = Manager, bool force = true) =>
        Client.ApplyStatusAsync(Partial(name, status: status), new ApplyOptions(manager, force), Cancel);

    private Task<Widget?> GetAsync(string name) => Client.GetAsync<Widget>(name, Namespace, Cancel);

    private Task<Widget> PatchAsync(string name, JsonPatch patch) => Client.PatchAsync<Widget>(name, Namespace, patch, Cancel);

    private Task DeleteAsync(string name, DeleteOptions? options = null) =>
        Client.DeleteAsync<Widget>(name, Namespace, options ?? new DeleteOptions(), Cancel);

    private static Condition Condition(string type, string status = "True") => new()
    {
        Type = type,
        Status = status,
        Reason = "Tested",
        Message = "as told",
        LastTransitionTime = Noon,
    };

    private static async Task<KubernetesApiException> RefusedAsync(Func<Task> call) =>
        await Should.ThrowAsync<KubernetesApiException>(call);
}
