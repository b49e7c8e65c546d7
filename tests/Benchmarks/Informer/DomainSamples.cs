using System.Globalization;
using System.Text;

namespace Reconciler.Benchmarks.Informer;

/// <summary>Domains as an API server writes them: placed, running, with what the status of such a one says.</summary>
internal static class DomainSamples
{
    private const string UserFields =
        """{"apiVersion":"xen.reconciler.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{}},"manager":"kubectl-create","operation":"Update","time":"2026-03-01T08:15:01Z"}""";

    // What API server 1.34 keeps of a Domain that kubectl has made and that operator and agent have written to.
    private const string AllFields =
        """
        {"apiVersion":"xen.reconciler.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:finalizers":{".":{},"v:\"xen.reconciler.dev/release\"":{}},"f:labels":{".":{},"f:xen.reconciler.dev/host":{}}}},"manager":"reconciler-operator","operation":"Apply","time":"2026-03-01T08:15:02Z"},
        {"apiVersion":"xen.reconciler.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:conditions":{"k:{\"type\":\"Accepted\"}":{".":{},"f:lastTransitionTime":{},"f:message":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Placed\"}":{".":{},"f:lastTransitionTime":{},"f:message":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}}},"f:host":{}}},"manager":"reconciler-operator-status","operation":"Apply","subresource":"status","time":"2026-03-01T08:15:02Z"},
        {"apiVersion":"xen.reconciler.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:allowedOperations":{},"f:conditions":{"k:{\"type\":\"Progressing\"}":{".":{},"f:lastTransitionTime":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}},"k:{\"type\":\"Ready\"}":{".":{},"f:lastTransitionTime":{},"f:observedGeneration":{},"f:reason":{},"f:status":{},"f:type":{}}},"f:createdAt":{},"f:domid":{},"f:memory":{},"f:observedGeneration":{},"f:powerState":{},"f:startedAt":{},"f:vcpus":{}}},"manager":"reconciler-agent-status","operation":"Apply","subresource":"status","time":"2026-03-01T08:15:03Z"},
        {"apiVersion":"xen.reconciler.dev/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{".":{},"f:boot":{".":{},"f:cmdline":{},"f:kernel":{},"f:ramdisk":{}},"f:cpu":{".":{},"f:vcpus":{}},"f:memory":{".":{},"f:size":{}},"f:powerState":{},"f:restartPolicy":{},"f:shutdown":{".":{},"f:gracePeriodSeconds":{},"f:onTimeout":{}},"f:type":{}}},"manager":"kubectl-create","operation":"Update","time":"2026-03-01T08:15:01Z"}
        """;

    /// <summary>The name of the Domain with this number.</summary>
    public static string Name(int number) => $"guest-{number:00000}";

    /// <summary>About 1.2 kB of JSON (without line ends: it is also a frame of a watch).</summary>
    /// <param name="number">Which Domain.</param>
    /// <param name="resourceVersion">Its version.</param>
    /// <param name="generation">How often its spec was changed.</param>
    /// <param name="allManagedFields">With every entry of managedFields, which makes it about 3 kB.</param>
    /// <param name="annotation">The value of an annotation.</param>
    public static string Json(int number, long resourceVersion, int generation = 1, bool allManagedFields = false, string annotation = "")
    {
        var annotations = annotation.Length == 0 ? "" : $$$"""
            "annotations":{"bench":"{{{annotation}}}"},
            """;
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $$$"""
            {"apiVersion":"xen.reconciler.dev/v1alpha1","kind":"Domain","metadata":{{{{annotations}}}"creationTimestamp":"2026-03-01T08:15:01Z",
            "finalizers":["xen.reconciler.dev/release"],"generation":{{{generation}}},"labels":{"xen.reconciler.dev/host":"xen-{{{number % 50:000}}}"},
            "managedFields":[{{{(allManagedFields ? AllFields : UserFields)}}}],
            "name":"{{{Name(number)}}}","namespace":"default","resourceVersion":"{{{resourceVersion}}}","uid":"{{{new Guid(number, 7, 9, [1, 2, 3, 4, 5, 6, 7, 8]):D}}}"},
            "spec":{"boot":{"cmdline":"console=hvc0 ro","kernel":"/boot/vmlinuz"},
            "cpu":{"vcpus":2},"memory":{"size":"512Mi"},"powerState":"Running","restartPolicy":"Always","shutdown":{"gracePeriodSeconds":120,"onTimeout":"Destroy"},"type":"PVH"},
            "status":{"allowedOperations":["Pause","CleanShutdown"],"conditions":[
            {{{Condition("Accepted", "Valid", generation)}}},{{{Condition("Ready", "Running", generation)}}}],
            "createdAt":"2026-03-01T08:15:02.123456Z","domid":{{{number % 1000}}},"host":"xen-{{{number % 50:000}}}","memory":"512Mi","observedGeneration":{{{generation}}},
            "powerState":"Running","startedAt":"2026-03-01T08:15:03Z","vcpus":2}}
            """);
        return text.Replace("\r", "").Replace("\n", "").ToString();
    }

    private static string Condition(string type, string reason, int generation) =>
        $$$"""{"lastTransitionTime":"2026-03-01T08:15:02Z","observedGeneration":{{{generation.ToString(CultureInfo.InvariantCulture)}}},"reason":"{{{reason}}}","status":"True","type":"{{{type}}}"}""";
}
