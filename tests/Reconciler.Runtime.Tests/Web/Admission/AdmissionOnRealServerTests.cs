using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Tests.Lab;
using Reconciler.Runtime.Web.Admission;
using Reconciler.Runtime.Web.Certificates;
using Reconciler.Testing.Lab;
using Widget = Reconciler.Testing.Contract.Widget;

namespace Reconciler.Runtime.Tests.Web.Admission;

/// <summary>The real API server calls the webhook, and kubectl shows what a user gets to see.</summary>
[Trait("Category", "Lab")]
public sealed class AdmissionOnRealServerTests(RealServer server) : IClassFixture<RealServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Kubectl Kubectl => server.Lab.Kubectl;

    [Fact]
    public async Task Semantics_40_A_refusal_names_field_value_and_remedy_and_a_warning_is_shown()
    {
        await using var hook = await HookAsync<Widget>();
        hook.Validator.Answer = (_, now, _) => new(now?.Spec?.Size == "9Gi"
            ? AdmissionResult.Deny(
                "spec.size: 9Gi: too big. Set it to 1Gi.",
                new StatusCause { Reason = "FieldValueInvalid", Field = "spec.size", Message = "9Gi: too big. Set it to 1Gi." })
            : now?.Spec?.Size == "8Gi" ? AdmissionResult.Deny("not on Sundays")
            : AdmissionResult.Allow("sizes will be counted from 2027 on"));
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);

        var refused = await Kubectl.TryApplyAsync(Manifest(@namespace, "9Gi"), Cancel);
        refused.ExitCode.ShouldNotBe(0);
        refused.Error.ShouldContain("The Widget \"a\" is invalid: spec.size: 9Gi: too big. Set it to 1Gi.");
        var exception = await Should.ThrowAsync<KubernetesApiException>(() => server.Client.CreateAsync(
            new Widget { Metadata = new ObjectMeta { Namespace = @namespace, Name = "a" }, Spec = new Testing.Contract.WidgetSpec { Size = "9Gi" } }, Cancel));
        exception.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        exception.Message.ShouldContain("admission webhook \"hook0.test.reconciler.dev\" denied the request: spec.size: 9Gi: too big. Set it to 1Gi.");
        exception.Status!.Details!.Causes!.ShouldHaveSingleItem().Field.ShouldBe("spec.size");
        (await Kubectl.TryApplyAsync(Manifest(@namespace, "8Gi"), Cancel)).Error.ShouldContain(
            "(Forbidden): admission webhook \"hook0.test.reconciler.dev\" denied the request: not on Sundays");

        var accepted = await Kubectl.TryApplyAsync(Manifest(@namespace, "1Gi"), Cancel);
        accepted.OutputOrThrow();
        accepted.Error.ShouldContain("Warning: sizes will be counted from 2027 on");
    }

    [Fact]
    public async Task Semantics_40_A_dry_run_is_told_from_a_write_and_an_update_and_a_deletion_bring_what_was()
    {
        await using var hook = await HookAsync<Widget>();
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        (await Kubectl.RunAsync(Manifest(@namespace, "1Gi"), ["apply", "--server-side", "--dry-run=server", "-f", "-"], Cancel)).OutputOrThrow();
        await Kubectl.ApplyAsync(Manifest(@namespace, "1Gi"), Cancel);
        await Kubectl.ApplyAsync(Manifest(@namespace, "2Gi"), Cancel);
        await Kubectl.RunAsync(Cancel, "delete", "widget", "a", "-n", @namespace);

        hook.Validator.Asked.Where(a => a.Context.Namespace == @namespace)
            .Select(a => (a.Operation, a.Context.DryRun, a.Old?.Spec!.Size, a.New?.Spec!.Size)).ShouldBe(
            [
                (AdmissionOperations.Create, true, null, "1Gi"),
                (AdmissionOperations.Create, false, null, "1Gi"),
                (AdmissionOperations.Update, false, "1Gi", "2Gi"),
                (AdmissionOperations.Delete, false, "2Gi", null),
            ]);
        hook.Validator.Asked[^1].Context.User.Username.ShouldBe("admin");
        hook.Validator.Asked[^1].Context.User.Groups!.ShouldContain("system:masters");
    }

    [Fact]
    public async Task Semantics_40_An_object_that_this_build_can_not_read_is_refused()
    {
        await using var hook = await HookAsync<NumberedWidget>();
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        var refused = await Kubectl.TryApplyAsync(Manifest(@namespace, "1Gi", "{colour: red}"), Cancel);
        refused.ExitCode.ShouldNotBe(0);
        refused.Error.ShouldContain("This Widget can't be read: $.spec.notes.colour: ");
        await Kubectl.ApplyAsync(Manifest(@namespace, "1Gi"), Cancel);
    }

    [Fact]
    public async Task Semantics_40_The_answer_comes_within_two_seconds_whatever_the_validator_does()
    {
        await using var hook = await HookAsync<Widget>();
        hook.Validator.Answer = async (_, _, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return AdmissionResult.Allow();
        };
        var @namespace = await server.Lab.CreateNamespaceAsync(Cancel);
        var started = TimeProvider.System.GetTimestamp();
        await server.Client.CreateAsync(
            new Widget { Metadata = new ObjectMeta { Namespace = @namespace, Name = "a" }, Spec = new Testing.Contract.WidgetSpec { Size = "1Gi" } }, Cancel);
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        hook.Log.At(LogLevel.Warning).ShouldContain(line => line.Contains("no answer about Create"));
    }

    private static string Manifest(string @namespace, string size, string notes = "{}") =>
        $$"""{apiVersion: contract.reconciler.dev/v1, kind: Widget, metadata: {name: a, namespace: {{@namespace}}}, spec: {size: {{size}}, notes: {{notes}} } }""";

    private async Task<Hook<T>> HookAsync<T>()
        where T : class, IResource<T>
    {
        var hook = new Hook<T>(Kubectl);
        await hook.StartAsync(server);
        return hook;
    }

    /// <summary>A widget whose notes are numbers, as an older or newer build might have it.</summary>
    private sealed record NumberedWidget : IResource<NumberedWidget>
    {
        public static ResourceDefinition<NumberedWidget> Definition { get; } = new()
        {
            Group = Widget.Definition.Group,
            Version = "v1",
            Kind = "Widget",
            Plural = "widgets",
            JsonTypeInfo = (JsonTypeInfo<NumberedWidget>)new JsonSerializerOptions(KubernetesJson.CreateOptions()) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() }
                .GetTypeInfo(typeof(NumberedWidget)),
        };

        public string? ApiVersion { get; init; }

        public string? Kind { get; init; }

        public ObjectMeta Metadata { get; init; } = new();

        public NumberedSpec? Spec { get; init; }
    }

    private sealed record NumberedSpec
    {
        public IReadOnlyDictionary<string, int>? Notes { get; init; }
    }

    /// <summary>A validator that the API server calls.</summary>
    private sealed class Hook<T> : IAsyncDisposable
        where T : class, IResource<T>
    {
        private readonly RuntimeServices _services;
        private readonly AdmissionServer _server;
        private readonly ServingCertificates _certificates;
        private readonly WebhookInstallation _installation;

        public Hook(Kubectl kubectl)
        {
            _services = TestServices.Create(TimeProvider.System, Log);
            _certificates = new ServingCertificates(_services);
            var options = new AdmissionOptions { Address = IPAddress.Loopback, Port = 0 };
            _server = new AdmissionServer([new AdmissionWebhook<T>(Validator, options, _services)], options, _certificates, _services);
            _installation = new WebhookInstallation(kubectl, $"test-{Guid.NewGuid():N}");
        }

        public TestServices.Log Log { get; } = new();

        public ScriptedValidator<T> Validator { get; } = new();

        public async Task StartAsync(RealServer server)
        {
            var certificate = CertificateIssuer.Issue(["127.0.0.1"], TimeSpan.FromHours(1), DateTimeOffset.UtcNow);
            _certificates.Load(certificate, "test");
            await _server.StartAsync(Cancel);
            await _installation.InstallAsync(T.Definition, CaBundle.Write(certificate.Authorities), _server.Listening!.Port);

            // The API server learns of the configuration by a watch of its own.
            for (var i = 0; Validator.Asked.Count == 0; i++)
            {
                if (i > 100) throw new TimeoutException("The API server never asked.");
                await server.Lab.Kubectl.RunAsync(Manifest("default", "1Gi"), ["apply", "--server-side", "--dry-run=server", "-f", "-"], Cancel);
                await Task.Delay(50, Cancel);
            }

            Validator.Asked.Clear();
        }

        public async ValueTask DisposeAsync()
        {
            await _installation.DisposeAsync();
            await _server.DisposeAsync();
            _services.Metrics.Dispose();
        }
    }
}
