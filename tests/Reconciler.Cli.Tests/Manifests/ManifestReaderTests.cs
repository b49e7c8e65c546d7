using Reconciler.Cli.Manifests;

namespace Reconciler.Cli.Tests.Manifests;

public sealed class ManifestReaderTests
{
    private const string Web = """
        apiVersion: xen.reconciler.dev/v1alpha1
        kind: Domain
        metadata:
          name: web
        spec:
          memory:
            size: 1Gi
          boot: {kernel: /boot/vmlinuz}
        """;

    [Fact]
    public void Domains_disks_and_NICs_are_read_in_their_order_and_what_else_there_is_is_named()
    {
        var set = Read($$"""
            {{Web}}
            ---
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: VBD
            metadata: {name: data, namespace: shop}
            spec: {domain: web, device: xvdb, source: {volume: {pool: fast, name: data} } }
            ---
            apiVersion: xen.reconciler.dev/v1alpha1
            kind: VIF
            metadata: {name: nic}
            spec: {domain: web, index: 0, network: lan}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: other}
            """);

        set.Domains.Single().Metadata.Namespace.ShouldBe("default");
        set.Vbds.Single().Metadata.Namespace.ShouldBe("shop");
        set.Vifs.Single().Spec!.Network.ShouldBe("lan");
        set.LeftOut.ShouldBe(["f.yaml:20: ConfigMap is not looked at"]);
    }

    [Fact]
    public void What_a_server_has_added_is_no_error() =>
        Read(Web.Replace("  name: web", "  name: web\n  uid: u\n  managedFields: [{manager: kubectl}]\n  annotations: {a: b}", StringComparison.Ordinal) + "\nstatus: {host: xen-1}")
            .Domains.Single().Status.ShouldBeNull();

    [Theory]
    [InlineData("    size: 1Gi", "    size: 1", "f.yaml:7: Domain default/web: spec.memory.size: 1 is not text. Put it in quotes.")]
    [InlineData("    size: 1Gi", "    size: lots", "f.yaml:7: Domain default/web: spec.memory.size: lots: ")]
    [InlineData("    size: 1Gi", "    size: 1Gi\n    max: 2Gi", "f.yaml:8: Domain default/web: spec.memory.max: unknown field. Known here: size.")]
    [InlineData("  memory:", "  cpu: {vcpus: many}\n  memory:", "f.yaml:6: Domain default/web: spec.cpu.vcpus: \"many\" is not a whole number. Write one without quotes.")]
    [InlineData("  memory:", "  type: PVX\n  memory:", "f.yaml:6: Domain default/web: spec.type: \"PVX\" is not known. Use one of ")]
    [InlineData("  memory:", "  vbdTemplates:\n  - {mode: ReadOnly}\n  memory:", "f.yaml:7: Domain default/web: spec.vbdTemplates.0.device: missing. Give it.")]
    [InlineData("  memory:", "  placement: here\n  memory:", "f.yaml:6: Domain default/web: spec.placement: \"here\" is not a map. ")]
    [InlineData("kind: Domain", "kind: Domian", "f.yaml:2: kind: \"Domian\" is not known. Write one of Domain, VBD, VIF, ")]
    [InlineData("xen.reconciler.dev/v1alpha1", "xen.reconciler.dev/v1", "f.yaml:1: apiVersion: \"xen.reconciler.dev/v1\" is not known. Write xen.reconciler.dev/v1alpha1.")]
    [InlineData("  name: web", "  names: web", "f.yaml:4: Domain: metadata.name: missing")]
    [InlineData("  name: web", "  name: web\n  lables: {app: web}", "f.yaml:5: Domain default/web: metadata.lables: unknown field. ")]
    [InlineData("  name: web", "  name: web\n  labels: [app]", "f.yaml:5: Domain default/web: metadata.labels: a list is not a map. ")]
    [InlineData("metadata:\n  name: web", "metadata: web", "f.yaml:3: Domain: metadata.name: missing")]
    [InlineData("kind: Domain", "kind: List", "f.yaml:2: kind: \"List\" is not supported. ")]
    [InlineData("spec:", "spec: [", "f.yaml:")]
    public void A_mistake_is_told_with_file_line_field_and_remedy(string right, string wrong, string message) =>
        Should.Throw<CommandException>(() => Read(Web.Replace(right, wrong, StringComparison.Ordinal))).Message.ShouldStartWith(message);

    [Fact]
    public void All_mistakes_are_told_at_once_and_one_object_comes_once()
    {
        var message = Should.Throw<CommandException>(() => Read($"{Web}\n---\n{Web.Replace("size: 1Gi", "sice: 1Gi", StringComparison.Ordinal)}\n---\n{Web}")).Message;

        message.Split('\n').Length.ShouldBe(3);
        message.ShouldContain("f.yaml:16: Domain default/web: spec.memory.sice: unknown field");
        message.ShouldContain("f.yaml:16: Domain default/web: spec.memory.size: missing.");
        message.ShouldContain("f.yaml:19: Domain default/web: is in line 1 already. Remove one of the two.");
    }

    private static ManifestSet Read(string text) => ManifestReader.Read("f.yaml", text, "default");
}
