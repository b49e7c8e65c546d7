using System.Reflection;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;
using Reconciler.Runtime.Rbac;

namespace Reconciler.Manifests.Rbac;

/// <summary>Writes the ClusterRole of an executable: what the <see cref="EntityRbacAttribute"/>s of its parts ask for, and nothing else.</summary>
internal static class ClusterRole
{
    private static readonly RbacVerb[] Verbs =
        [RbacVerb.Get, RbacVerb.List, RbacVerb.Watch, RbacVerb.Create, RbacVerb.Update, RbacVerb.Patch, RbacVerb.Delete];

    /// <param name="name">The role's name, which is the executable's.</param>
    /// <param name="assemblies">The assemblies whose types say what is needed.</param>
    public static GeneratedFile Write(string name, params string[] assemblies)
    {
        var rules = assemblies
            .SelectMany(assembly => Assembly.Load(assembly).GetTypes())
            .SelectMany(type => type.GetCustomAttributes<EntityRbacAttribute>())
            .SelectMany(attribute => attribute.Entities.Select(entity => (Definition: DefinitionOf(entity), attribute.Subresource, attribute.Verbs)))
            .GroupBy(need => (need.Definition.Group, Resource: need.Subresource is null ? need.Definition.Plural : $"{need.Definition.Plural}/{need.Subresource}"))
            .OrderBy(rule => rule.Key.Group, StringComparer.Ordinal).ThenBy(rule => rule.Key.Resource, StringComparer.Ordinal)
            .Select(rule => (JsonNode)new JsonObject
            {
                ["apiGroups"] = new JsonArray(rule.Key.Group),
                ["resources"] = new JsonArray(rule.Key.Resource),
                ["verbs"] = Names(rule.Aggregate(RbacVerb.None, (verbs, need) => verbs | need.Verbs)),
            });
        var role = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["rules"] = new JsonArray([.. rules]),
        };
        return new GeneratedFile($"charts/reconciler/rbac/{name}.yaml", GeneratedFile.RbacHeader + JsonToYaml.Write(role));
    }

    private static JsonArray Names(RbacVerb verbs) =>
        [.. Verbs.Where(verb => verbs.HasFlag(verb)).Select(verb => JsonValue.Create(verb.ToString().ToLowerInvariant()))];

    private static ResourceDefinition DefinitionOf(Type entity) =>
        (ResourceDefinition)entity.GetProperty("Definition", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
