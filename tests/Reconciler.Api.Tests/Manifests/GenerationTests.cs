using System.Text.Json.Nodes;
using Reconciler.Api.Devices;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Manifests;
using Reconciler.Testing.Lab;

namespace Reconciler.Api.Tests.Manifests;

public sealed class GenerationTests
{
    private static readonly IReadOnlyList<GeneratedFile> Files = Generation.Files(RepositoryRoot.Path);

    [Fact]
    public void What_is_checked_in_is_what_the_types_say() =>
        Generation.Drift(RepositoryRoot.Path).ShouldBeEmpty("Run `make generate` and commit the result.");

    [Fact]
    public void Drift_names_what_differs_what_is_missing_and_what_should_not_be_there()
    {
        var root = Directory.CreateTempSubdirectory("reconciler-generate-").FullName;
        try
        {
            Generation.Write(root, RepositoryRoot.Path).Count.ShouldBe(Files.Count);
            Generation.Drift(root, RepositoryRoot.Path).ShouldBeEmpty();

            File.AppendAllText(Path.Combine(root, Files[0].Path), "#");
            File.Delete(Path.Combine(root, Files[1].Path));
            File.WriteAllText(Path.Combine(root, "crds/old.yaml"), "");
            Generation.Drift(root, RepositoryRoot.Path).ShouldBe([Files[0].Path, Files[1].Path, "crds/old.yaml"]);

            Generation.Write(root, RepositoryRoot.Path).ShouldBe([Files[0].Path, Files[1].Path, "crds/old.yaml"]);
            Generation.Drift(root, RepositoryRoot.Path).ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Point 54 of the runtime's checklist: older API servers build no typed model of such a schema, and managers overwrite each other.</summary>
    [Fact]
    public void Semantics_54_no_schema_needs_more_than_one_type()
    {
        foreach (var node in Crds().SelectMany(Descendants))
        {
            string[] members = [.. node.Select(member => member.Key)];
            foreach (var word in new[] { "anyOf", "oneOf", "allOf", "not", "x-kubernetes-int-or-string", "x-kubernetes-preserve-unknown-fields" })
                members.ShouldNotContain(word);
        }
    }

    [Fact]
    public void Every_field_teaches()
    {
        foreach (var crd in Crds())
        {
            foreach (var field in Fields(Schema(crd), ""))
            {
                if (field.Path is ".metadata") continue; // described by the API server
                (field.Schema["description"]?.GetValue<string>() ?? "").Length.ShouldBeGreaterThan(8, $"{crd["metadata"]!["name"]} {field.Path}");
            }
        }
    }

    [Fact]
    public void The_defaults_in_code_are_those_of_the_schema()
    {
        var domain = Sample.Domain(vcpus: null).With(spec => spec with
        {
            Cpu = null,
            VbdTemplates = [VbdTemplate.Of(Sample.Vbd().Spec!)],
            VifTemplates = [VifTemplate.Of(Sample.Vif().Spec!)],
        });
        ShouldDefault(domain, domain.With(spec => spec.WithDefaults()));

        foreach (var vbd in new[]
        {
            Sample.Vbd(),
            Sample.Vbd(source: new VbdSource { File = new FileSource { Path = "/a" } }),
            Sample.Vbd().With(spec => spec with { Source = null, Detach = new DetachSpec { TimeoutSeconds = 5 } }),
        })
            ShouldDefault(vbd, vbd.With(spec => spec.WithDefaults()));

        var vif = Sample.Vif().With(spec => spec with { LockedAddresses = new LockedAddresses() });
        ShouldDefault(vif, vif.With(spec => spec.WithDefaults()));
    }

    private static void ShouldDefault<T>(T given, T expected)
        where T : class, IResource<T>
    {
        var crd = Crds().Single(crd => crd["spec"]!["names"]!["kind"]!.GetValue<string>() == T.Definition.Kind);
        var spec = Json(given);
        ApplyDefaults(Schema(crd)["properties"]!["spec"]!.AsObject(), spec);
        JsonNode.DeepEquals(spec, Json(expected)).ShouldBeTrue(spec.ToJsonString());
    }

    private static JsonObject Json<T>(T entity)
        where T : class, IResource<T> =>
        System.Text.Json.JsonSerializer.SerializeToNode(entity, T.Definition.JsonTypeInfo)!["spec"]!.AsObject();

    /// <summary>As an API server does: absent members get their default, then the members of what is there get theirs.</summary>
    private static void ApplyDefaults(JsonObject schema, JsonObject value)
    {
        foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
        {
            if (!value.ContainsKey(name) && member!["default"] is { } @default) value[name] = @default.DeepClone();
            if (value[name] is JsonObject child) ApplyDefaults(member!.AsObject(), child);
            foreach (var item in (value[name] as JsonArray)?.OfType<JsonObject>() ?? []) ApplyDefaults(member!["items"]!.AsObject(), item);
        }
    }

    private static List<JsonObject> Crds() => [.. Files.Where(file => file.Path.StartsWith("crds/", StringComparison.Ordinal))
        .Select(file => YamlToJson.ParseAll(file.Content).Single().Root!.AsObject())];

    private static JsonObject Schema(JsonObject crd) => crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    private static IEnumerable<(string Path, JsonObject Schema)> Fields(JsonObject schema, string path)
    {
        foreach (var (name, member) in (schema["properties"] ?? schema["items"]?["properties"])?.AsObject() ?? [])
        {
            yield return ($"{path}.{name}", member!.AsObject());
            foreach (var field in Fields(member.AsObject(), $"{path}.{name}")) yield return field;
        }
    }

    private static IEnumerable<JsonObject> Descendants(JsonNode node) => node switch
    {
        JsonObject map => [map, .. map.Where(member => member.Value is not null).SelectMany(member => Descendants(member.Value!))],
        JsonArray list => list.Where(item => item is not null).SelectMany(item => Descendants(item!)),
        _ => [],
    };
}
