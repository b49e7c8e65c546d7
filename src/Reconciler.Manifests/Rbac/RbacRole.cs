using System.Reflection;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Manifests.Rbac;

/// <summary>
/// Writes the roles of an executable: what the <see cref="EntityRbacAttribute"/>s of its parts ask for, and nothing else. A ClusterRole;
/// and a Role, for what it needs in its own namespace alone.
/// </summary>
internal static class RbacRole
{
    private static readonly RbacVerb[] Verbs =
        [RbacVerb.Get, RbacVerb.List, RbacVerb.Watch, RbacVerb.Create, RbacVerb.Update, RbacVerb.Patch, RbacVerb.Delete];

    /// <param name="name">The roles' name, which is the executable's.</param>
    /// <param name="assemblies">The assemblies whose types say what is needed.</param>
    public static IEnumerable<GeneratedFile> Write(string name, params string[] assemblies)
    {
        var needs = assemblies
            .SelectMany(assembly => Assembly.Load(assembly).GetTypes())
            .SelectMany(type => type.GetCustomAttributes<EntityRbacAttribute>())
            .ToLookup(attribute => attribute.InOwnNamespace);
        if (needs.Contains(false)) yield return Write("ClusterRole", name, needs[false], $"charts/reconciler/rbac/{name}.yaml");
        if (needs.Contains(true)) yield return Write("Role", name, needs[true], $"charts/reconciler/rbac/{name}-role.yaml");
    }

    private static GeneratedFile Write(string kind, string name, IEnumerable<EntityRbacAttribute> needs, string path)
    {
        var role = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
            ["rules"] = new JsonArray([.. Rules(needs)]),
        };
        return new GeneratedFile(path, GeneratedFile.RbacHeader + JsonToYaml.Write(role));
    }

    private static IEnumerable<JsonNode> Rules(IEnumerable<EntityRbacAttribute> needs) => needs
        .SelectMany(need => need.Entities.Select(entity => (Definition: ResourceKind.DefinitionOf(entity), Need: need)))
        .GroupBy(need => (
            need.Definition.Group,
            Resource: need.Need.Subresource is null ? need.Definition.Plural : $"{need.Definition.Plural}/{need.Need.Subresource}",
            Names: string.Join(',', need.Need.ResourceNames.Order(StringComparer.Ordinal))))
        .OrderBy(rule => rule.Key.Group, StringComparer.Ordinal)
        .ThenBy(rule => rule.Key.Resource, StringComparer.Ordinal)
        .ThenBy(rule => rule.Key.Names, StringComparer.Ordinal)
        .Select(rule =>
        {
            var json = new JsonObject { ["apiGroups"] = new JsonArray(rule.Key.Group), ["resources"] = new JsonArray(rule.Key.Resource) };
            if (rule.Key.Names.Length > 0) json["resourceNames"] = Texts(rule.Key.Names.Split(','));
            json["verbs"] = Names(rule.Aggregate(RbacVerb.None, (verbs, need) => verbs | need.Need.Verbs));
            return json;
        });

    private static JsonArray Names(RbacVerb verbs) => Texts(Verbs.Where(verb => verbs.HasFlag(verb)).Select(verb => verb.ToString().ToLowerInvariant()));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
