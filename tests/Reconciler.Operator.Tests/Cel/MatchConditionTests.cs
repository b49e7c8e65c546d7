namespace Reconciler.Operator.Tests.Cel;

/// <summary>Which requests the webhooks' matchConditions let an API server ask the operator about.</summary>
[Trait("Category", "Lab")]
public sealed class MatchConditionTests
{
    private const string Web = "{metadata: {name: web}, spec: {powerState: Running}}";
    private const string Labelled = "{metadata: {name: web, labels: {a: b}}, spec: {powerState: Running}, status: {domid: 7}}";
    private const string Halted = "{metadata: {name: web}, spec: {powerState: Halted}}";

    private static readonly Dictionary<string, (AdmissionRequest[] Asked, AdmissionRequest[] Spared)> Examples = new(StringComparer.Ordinal)
    {
        ["domains.xen.reconciler.dev"] = OfSpecs,
        ["vbds.xen.reconciler.dev"] = OfSpecs,
        ["vifs.xen.reconciler.dev"] = OfSpecs,
        ["xenhosts.xen.reconciler.dev"] = (
            [
                AdmissionRequest.Create("{metadata: {name: xen-a}}"),
                AdmissionRequest.Delete("{metadata: {name: xen-a}}"),
                AdmissionRequest.Update("{metadata: {name: xen-a}, spec: {maintenance: false}}", "{metadata: {name: xen-a}, spec: {maintenance: true}}"),
                AdmissionRequest.Update("{metadata: {name: xen-a}}", "{metadata: {name: xen-a}, spec: {fence: {bootId: b}}}"),
                AdmissionRequest.Update("{metadata: {name: xen-a}, spec: {fence: {bootId: b}}}", "{metadata: {name: xen-a}}"),
            ],
            [
                AdmissionRequest.Update("{metadata: {name: xen-a}, spec: {maintenance: true}}", "{metadata: {name: xen-a, labels: {a: b}}, spec: {maintenance: true}}"),
                AdmissionRequest.Update("{metadata: {name: xen-a}}", "{metadata: {name: xen-a, labels: {a: b}}}"),
            ]),
        ["pods.eviction.xen.reconciler.dev"] = (
            [AdmissionRequest.Create("{metadata: {name: xen-host-guard-xen-a}}")],
            [AdmissionRequest.Create("{metadata: {name: reconciler-operator-5c9}}"), AdmissionRequest.Create("{metadata: {name: my-xen-host-guard-xen-a}}")]),
    };

    private static (AdmissionRequest[] Asked, AdmissionRequest[] Spared) OfSpecs =>
        ([AdmissionRequest.Create(Web), AdmissionRequest.Update(Web, Halted)], [AdmissionRequest.Update(Web, Labelled), AdmissionRequest.Update(Web, Web)]);

    [Fact]
    public void Semantics_40_A_webhook_is_asked_about_what_its_validator_judges_and_nothing_else()
    {
        var conditions = AdmissionCel.Manifest("validatingwebhookconfiguration")["webhooks"]!.AsArray()
            .Where(webhook => webhook!["matchConditions"] is not null)
            .ToDictionary(webhook => webhook!["name"]!.GetValue<string>(), webhook => webhook!["matchConditions"]!.AsArray().Single()!["expression"]!, StringComparer.Ordinal);
        conditions.Keys.ShouldBe(Examples.Keys, ignoreOrder: true, "each webhook with a condition needs examples here");
        foreach (var (name, (asked, spared)) in Examples)
        {
            // matchConditions came with API server 1.28, which has no optional values yet.
            var condition = new CelExpression(AdmissionCel.Environment(hasOptionals: false), conditions[name].GetValue<string>());
            foreach (var request in asked) condition.IsTrue(AdmissionCel.Variables(request)).ShouldBeTrue($"{name}: {request.ToJson()}");
            foreach (var request in spared) condition.IsTrue(AdmissionCel.Variables(request)).ShouldBeFalse($"{name}: {request.ToJson()}");
        }
    }
}
