using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Runtime.Tests.Web.Admission;

/// <summary>Over real sockets and TLS, in the shape that an API server sends.</summary>
public sealed class AdmissionServerTests
{
    [Fact]
    public async Task Semantics_40_A_validator_sees_the_object_who_asks_and_whether_it_is_a_dry_run()
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small"), dryRun: true));
        answer.Select(member => member.Key).ShouldBe(["uid", "allowed"]);
        answer["allowed"]!.GetValue<bool>().ShouldBeTrue();

        var (operation, old, now, context) = rig.Validator.Asked.ShouldHaveSingleItem();
        operation.ShouldBe(AdmissionOperations.Create);
        old.ShouldBeNull();
        now!.Spec!.Size.ShouldBe("small");
        (context.Operation, context.Namespace, context.Name, context.DryRun).ShouldBe((AdmissionOperations.Create, "ns", "a", true));
        context.User.Username.ShouldBe("ann");
        context.User.Groups.ShouldBe(["devs"]);
        context.User.Extra!["authentication.kubernetes.io/node-name"].ShouldBe(["node1"]);
    }

    [Fact]
    public async Task Semantics_40_An_update_brings_what_was_and_what_is_to_be_and_a_deletion_what_was()
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        await AdmissionRig.AskAsync(client, AdmissionRig.Review("UPDATE", AdmissionRig.Widgets("large"), AdmissionRig.Widgets("small")));
        await AdmissionRig.AskAsync(client, AdmissionRig.Review("DELETE", null, AdmissionRig.Widgets("large")));
        rig.Validator.Asked.Select(a => (a.Operation, a.Old?.Spec!.Size, a.New?.Spec!.Size, a.Context.DryRun)).ShouldBe(
            [(AdmissionOperations.Update, "small", "large", false), (AdmissionOperations.Delete, "large", null, false)]);
    }

    [Fact]
    public async Task Semantics_40_A_refusal_has_a_message_a_code_and_the_fields()
    {
        await using var rig = new AdmissionRig();
        rig.Validator.Answer = (_, _, _) => new(AdmissionResult.Deny(
            "spec.size: huge: too \"big\". Make it smaller.",
            new StatusCause { Reason = "FieldValueInvalid", Field = "spec.size", Message = "too big" }));
        var client = await rig.StartAsync();
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("huge")));
        answer["allowed"]!.GetValue<bool>().ShouldBeFalse();
        JsonNode.DeepEquals(answer["status"], JsonNode.Parse(
            """
            {"code":422,"reason":"Invalid","message":"spec.size: huge: too \"big\". Make it smaller.",
             "details":{"name":"a","group":"test.reconciler.dev","kind":"Widget","causes":[{"reason":"FieldValueInvalid","message":"too big","field":"spec.size"}]}}
            """)).ShouldBeTrue(answer.ToJsonString());
        rig.Log.At(LogLevel.Information).ShouldContain(line => line.Contains("refused Create of ns/a by ann"));
    }

    [Fact]
    public async Task Semantics_40_A_refusal_for_now_is_one_that_clients_try_again()
    {
        await using var rig = new AdmissionRig();
        rig.Validator.Answer = (_, _, _) => new(AdmissionResult.DenyForNow("two are left"));
        var client = await rig.StartAsync();
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));
        answer["allowed"]!.GetValue<bool>().ShouldBeFalse();
        var status = answer["status"]!;
        (status["code"]!.GetValue<int>(), status["reason"]!.GetValue<string>(), status["message"]!.GetValue<string>()).ShouldBe((429, "TooManyRequests", "two are left"));
        // It is asked every few seconds, for as long as a drain takes.
        rig.Log.At(LogLevel.Information).ShouldNotContain(line => line.Contains("refused"));
    }

    [Theory]
    [InlineData("policy/v1")]
    [InlineData("policy/v1beta1")]
    public async Task Semantics_40_A_subresource_has_a_path_of_its_own(string version)
    {
        await using var rig = new AdmissionRig();
        var validator = new ScriptedValidator<Eviction>();
        var webhook = new AdmissionWebhook<Eviction>(validator, new AdmissionOptions(), rig.Services);
        webhook.Path.ShouldBe("/validate/pods/eviction");
        using var eviction = JsonDocument.Parse($$$"""{"apiVersion":"{{{version}}}","kind":"Eviction","metadata":{"name":"a","namespace":"ns"}}""");
        var request = new AdmissionRequest
        {
            Uid = "1",
            Operation = "CREATE",
            Resource = new AdmissionResource { Group = "", Version = "v1", Resource = "pods" },
            SubResource = "eviction",
            Name = "a",
            Namespace = "ns",
            Object = eviction.RootElement,
        };
        (await webhook.ReviewAsync(request, TestContext.Current.CancellationToken)).Allowed.ShouldBeTrue();
        validator.Asked.ShouldHaveSingleItem().New!.Metadata.Name.ShouldBe("a");
        await Should.ThrowAsync<MalformedReviewException>(() => webhook.ReviewAsync(request with { SubResource = null }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Semantics_40_Warnings_come_with_the_answer_and_are_fit_for_a_header()
    {
        await using var rig = new AdmissionRig();
        rig.Validator.Answer = (_, _, _) => new(AdmissionResult.Allow("one\nline\t", new string('x', 1023) + "😀", ""));
        var client = await rig.StartAsync();
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));
        answer["allowed"]!.GetValue<bool>().ShouldBeTrue();
        answer["warnings"]!.AsArray().Select(w => w!.GetValue<string>()).ShouldBe(["one line ", new string('x', 1023), ""]);
    }

    [Fact]
    public async Task Semantics_40_An_object_that_can_not_be_read_is_refused_and_the_field_is_named()
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        var broken = AdmissionRig.Widgets("small");
        broken["spec"]!["size"] = new JsonArray(1);
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", broken));
        answer["allowed"]!.GetValue<bool>().ShouldBeFalse();
        answer["status"]!["message"]!.GetValue<string>().ShouldStartWith("This Widget can't be read: $.spec.size: ");
        answer["status"]!["reason"]!.GetValue<string>().ShouldBe("Forbidden", "kubectl shows no message of what is Invalid without fields");
        rig.Validator.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Semantics_40_An_object_that_is_too_deep_for_its_type_is_refused_as_that_object()
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        var deep = AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")).ToJsonString()
            .Replace("\"small\"", new string('[', 500) + new string(']', 500), StringComparison.Ordinal);
        var (status, text) = await AdmissionRig.PostAsync(client, deep);
        status.ShouldBe(HttpStatusCode.OK, text);
        text.ShouldContain("can't be read");
    }

    [Fact]
    public async Task Semantics_40_What_is_stored_unreadable_already_can_still_be_changed_and_deleted()
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        var broken = AdmissionRig.Widgets("small");
        broken["spec"]!["size"] = new JsonArray(1);

        // Taking its finalizer away must not be refused for what the finalizer is not about.
        var kept = await AdmissionRig.AskAsync(client, AdmissionRig.Review("UPDATE", broken.DeepClone(), broken.DeepClone()));
        kept["allowed"]!.GetValue<bool>().ShouldBeTrue();
        kept["warnings"]![0]!.GetValue<string>().ShouldContain("still can't be read");
        (await AdmissionRig.AskAsync(client, AdmissionRig.Review("DELETE", null, broken.DeepClone())))["allowed"]!.GetValue<bool>().ShouldBeTrue();
        rig.Validator.Asked.ShouldBeEmpty();

        // Mended, it is judged as it is now.
        await AdmissionRig.AskAsync(client, AdmissionRig.Review("UPDATE", AdmissionRig.Widgets("small"), broken.DeepClone()));
        rig.Validator.Asked.ShouldHaveSingleItem().Operation.ShouldBe(AdmissionOperations.Create);
    }

    [Theory]
    [InlineData("", "no AdmissionReview")]
    [InlineData("{\"apiVersion\":", "no AdmissionReview")]
    [InlineData("null", "the body is \" \"")]
    [InlineData("[]", "no AdmissionReview")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1beta1\",\"kind\":\"AdmissionReview\"}", "admission.k8s.io/v1beta1")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\"}", "request is missing")]
    public async Task Semantics_40_What_is_no_review_is_a_bad_request_that_says_why(string body, string reason)
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        var (status, text) = await AdmissionRig.PostAsync(client, body);
        status.ShouldBe(HttpStatusCode.BadRequest);
        text.ShouldContain(reason);
        rig.Log.At(LogLevel.Warning).ShouldContain(line => line.Contains(reason));
    }

    [Theory]
    [InlineData("uid", "\"\"", "request.uid is missing")]
    [InlineData("operation", "\"CONNECT\"", "\"CONNECT\"")]
    [InlineData("subResource", "\"status\"", "widgets/status")]
    [InlineData("operation", "null", "request.operation")]
    [InlineData("resource", "{\"group\":\"apps\",\"version\":\"v1\",\"resource\":\"deployments\"}", "deployments.apps")]
    [InlineData("resource", "null", "request.resource")]
    [InlineData("object", "null", "request.object is missing")]
    public async Task Semantics_40_A_review_that_lacks_what_it_must_have_is_a_bad_request(string member, string value, string reason)
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        var review = AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small"));
        review["request"]![member] = JsonNode.Parse(value);
        var (status, text) = await AdmissionRig.PostAsync(client, review.ToJsonString());
        status.ShouldBe(HttpStatusCode.BadRequest, text);
        text.ShouldContain(reason);
    }

    [Fact]
    public async Task Semantics_40_A_review_that_is_too_large_is_not_read()
    {
        await using var rig = new AdmissionRig(new AdmissionOptions { MaximumBodyBytes = 10_000 });
        var client = await rig.StartAsync();
        var (status, _) = await AdmissionRig.PostAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets(new string('x', 20_000))).ToJsonString());
        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        rig.Log.At(LogLevel.Warning).ShouldContain(line => line.Contains("too large"));
        (await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets(new string('x', 5_000)))))["allowed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Only_posts_of_json_to_known_paths_are_reviews()
    {
        await using var rig = new AdmissionRig();
        var client = await rig.StartAsync();
        (await AdmissionRig.PostAsync(client, "{}", "/validate/gadgets.test.reconciler.dev")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AdmissionRig.PostAsync(client, "{}", contentType: "text/plain")).Status.ShouldBe(HttpStatusCode.BadRequest);
        using var answer = await client.GetAsync(new Uri(AdmissionRig.Path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory]
    [InlineData(AdmissionFailure.Allow, true, "was not checked before it was stored: the check took longer than 0.2 s")]
    [InlineData(AdmissionFailure.Deny, false, "could not be checked, which is not its fault: the check took longer than 0.2 s")]
    public async Task Semantics_40_A_validator_that_hangs_does_not_hold_up_the_answer(AdmissionFailure onFailure, bool allowed, string says)
    {
        await using var rig = new AdmissionRig(new AdmissionOptions { Budget = TimeSpan.FromSeconds(0.2), OnFailure = onFailure });
        using var release = new ManualResetEventSlim();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Validator.Answer = (_, _, token) =>
        {
            // Against every rule: it blocks its thread.
            using var told = token.Register(cancelled.SetResult);
            release.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
            throw new InvalidOperationException("too late for anybody");
        };
        var client = await rig.StartAsync();
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));
        answer["allowed"]!.GetValue<bool>().ShouldBe(allowed);
        answer.ToJsonString().ShouldContain(says);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        rig.Log.At(LogLevel.Warning).ShouldContain(line => line.Contains("within 0.2 s"));
        release.Set();
    }

    [Theory]
    [InlineData(AdmissionFailure.Allow, true)]
    [InlineData(AdmissionFailure.Deny, false)]
    public async Task Semantics_40_A_validator_that_breaks_is_answered_for(AdmissionFailure onFailure, bool allowed)
    {
        await using var rig = new AdmissionRig(new AdmissionOptions { OnFailure = onFailure });
        rig.Validator.Answer = (_, _, _) => throw new InvalidOperationException("a bug with a secret in it");
        var client = await rig.StartAsync();
        var answer = await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));
        answer["allowed"]!.GetValue<bool>().ShouldBe(allowed);
        answer.ToJsonString().ShouldContain("the check itself failed");
        answer.ToJsonString().ShouldNotContain("secret");
        rig.Log.At(LogLevel.Error).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Semantics_41_Without_a_certificate_it_listens_and_says_that_it_is_not_ready()
    {
        await using var rig = new AdmissionRig();
        await rig.Server.StartAsync(TestContext.Current.CancellationToken);
        rig.Services.Health.NotReady().ShouldHaveSingleItem().ToString().ShouldContain("no serving certificate yet");
        var certificate = AdmissionRig.NewCertificate();
        var client = rig.NewClient(certificate);
        await Should.ThrowAsync<HttpRequestException>(() => AdmissionRig.PostAsync(client, "{}"));

        rig.Certificates.Load(certificate, "test");
        rig.Services.Health.NotReady().ShouldBeEmpty();
        (await AdmissionRig.AskAsync(client, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small"))))["allowed"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Fact]
    public async Task Semantics_41_A_new_certificate_is_served_to_new_connections_while_open_ones_go_on()
    {
        await using var rig = new AdmissionRig();
        var before = await rig.StartAsync();
        await AdmissionRig.AskAsync(before, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));

        var next = AdmissionRig.NewCertificate();
        rig.Certificates.Load(next, "test");
        var after = rig.NewClient(next);
        await AdmissionRig.AskAsync(after, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));

        // It trusts the old authority alone, so this can only be its open connection.
        await AdmissionRig.AskAsync(before, AdmissionRig.Review("CREATE", AdmissionRig.Widgets("small")));
    }
}
