using Reconciler.Agent.Commands.Standalone;
using Reconciler.Embedded;
using Reconciler.Embedded.Manifests;
using Reconciler.Testing.Lab;

namespace Reconciler.Agent.Tests.Commands;

/// <summary>What a newcomer applies first has no fault.</summary>
public sealed class ExamplesTests
{
    [Fact]
    public void The_examples_are_good_manifests()
    {
        using var store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { Validate = ManifestAdmission.Validate });
        var manifests = new ManifestDirectory(Path.Combine(RepositoryRoot.Path, "examples"), store);

        manifests.Scan();

        manifests.Problems.ShouldBeEmpty();
        store.ReadAll(store.ResourceTypes.Single(t => t.Kind == "Domain")).Count.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Theory]
    [InlineData("memory: { size: 16Mi }\n  boot: { kernel: /k }", 6, "spec.memory.size", "less than the minimum of 32Mi")]
    [InlineData("memory: { size: 0 }\n  boot: { kernel: /k }", 6, "spec.memory.size", "")]
    [InlineData("memory: { size: 1Gi }\n  cpu: { vcpus: 0 }\n  boot: { kernel: /k }", 7, "spec.cpu.vcpus", "0 must be at least 1")]
    [InlineData("memory: { size: 1Gi }\n  cpu: { vcpus: 65 }\n  boot: { kernel: /k }", 7, "spec.cpu.vcpus", "65 must be at most 64")]
    [InlineData("memory: { size: 1Gi }\n  boot: { kernel: vmlinuz }", 7, "spec.boot.kernel", "")]
    [InlineData("memory: { size: 1Gi }\n  vcpus: 2\n  boot: { kernel: /k }", 7, "spec.vcpus", "did you mean \"cpu.vcpus\"?")]
    public void Bad_domains_are_named_with_field_value_and_line(string spec, int line, string field, string message)
    {
        var directory = Directory.CreateTempSubdirectory("reconciler-manifests-");
        try
        {
            File.WriteAllText(
                Path.Combine(directory.FullName, "bad.yaml"),
                $"apiVersion: xen.reconciler.dev/v1alpha1\nkind: Domain\nmetadata:\n  name: bad\nspec:\n  {spec}\n");
            using var store = EmbeddedStore.InMemory(new EmbeddedStoreOptions { Validate = ManifestAdmission.Validate });
            var manifests = new ManifestDirectory(directory.FullName, store);

            manifests.Scan();

            var problem = manifests.Problems.ShouldHaveSingleItem();
            problem.ToString().ShouldStartWith($"bad.yaml:{line}: Domain default/bad: {field}: ");
            problem.Message.ShouldContain(message);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
