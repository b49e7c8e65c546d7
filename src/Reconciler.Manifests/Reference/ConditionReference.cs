using System.Reflection;
using Reconciler.Api;
using Reconciler.Kubernetes.Schema;
using Reconciler.Manifests.Docs;

namespace Reconciler.Manifests.Reference;

/// <summary>A condition type of a kind, and its reasons.</summary>
internal sealed record ConditionReference(string Type, string Description, IReadOnlyList<(string Reason, string Description)> Reasons)
{
    /// <summary>The conditions of a kind, in the order of their names.</summary>
    public static IReadOnlyList<ConditionReference> Of(Type kind) =>
    [
        .. typeof(XenApi).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<ConditionOfAttribute>()?.Kinds.Contains(kind) == true)
            .Select(Read)
            .OrderBy(condition => condition.Type, StringComparer.Ordinal),
    ];

    private static ConditionReference Read(Type type)
    {
        var constants = type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).OrderBy(field => field.MetadataToken);
        return new ConditionReference(
            (string)type.GetField("Type")!.GetRawConstantValue()!,
            XmlDocumentation.Of(type) ?? throw Undocumented(type.Name),
            [
                .. constants.Where(field => field.Name != "Type").Select(field => (
                    (string)field.GetRawConstantValue()!,
                    XmlDocumentation.Of(field) ?? throw Undocumented($"{type.Name}.{field.Name}"))),
            ]);
    }

    private static InvalidOperationException Undocumented(string what) => new($"{what} has no documentation.");
}
