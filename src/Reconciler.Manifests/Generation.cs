using Reconciler.Manifests.Admission;
using Reconciler.Manifests.Crashes;
using Reconciler.Manifests.Crds;
using Reconciler.Manifests.Rbac;
using Reconciler.Manifests.Reference;
using Reconciler.Manifests.Semantics;

namespace Reconciler.Manifests;

/// <summary>Everything that is written from the types, from the names of the tests, and from what they have shown.</summary>
public static class Generation
{
    /// <summary>Folders that hold generated files alone: what is in them and is not generated any more has to go.</summary>
    private static readonly string[] Folders = ["crds", "docs/reference", "charts/reconciler/rbac", "charts/reconciler/admission"];

    /// <summary>The files as they should be.</summary>
    /// <param name="sources">The root of the repository: where the tests are, and what the points of the runtime are written in.</param>
    public static IReadOnlyList<GeneratedFile> Files(string sources) =>
    [
        .. ResourceKind.All.Select(CustomResourceDefinition.Write),
        .. ResourceKind.All.Select(KindReference.Write),
        ReferenceIndex.Write(ResourceKind.All),
        MetricsReference.Write(),
        RuntimeSemanticsPage.Write(sources),
        CrashSafetyPage.Write(sources),
        // The agent's assembly alone: where it places Domains itself there is no API server to ask for rights.
        .. RbacRole.Write("reconciler-agent", "reconciler-agent"),
        .. RbacRole.Write("reconciler-operator", "reconciler-operator", "Reconciler.Placement"),
        WebhookConfiguration.Write(),
        .. AgentPolicy.Write(),
    ];

    /// <summary>The files under <paramref name="root"/> that differ from what they should be, that are missing, or that should not be there.</summary>
    public static IReadOnlyList<string> Drift(string root, string? sources = null)
    {
        var files = Files(sources ?? root);
        var expected = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. files.Where(file => !File.Exists(Path.Combine(root, file.Path)) || File.ReadAllText(Path.Combine(root, file.Path)) != file.Content)
                .Select(file => file.Path),
            .. Existing(root).Where(path => !expected.Contains(path)),
        ];
    }

    /// <summary>Writes the files under <paramref name="root"/>, and removes what is not generated any more.</summary>
    /// <returns>The paths that changed.</returns>
    public static IReadOnlyList<string> Write(string root, string? sources = null)
    {
        var changed = Drift(root, sources);
        var files = Files(sources ?? root).ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (var path in changed)
        {
            var target = Path.Combine(root, path);
            if (files.TryGetValue(path, out var file))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.WriteAllText(target, file.Content);
            }
            else
            {
                File.Delete(target);
            }
        }

        return changed;
    }

    private static IEnumerable<string> Existing(string root) => Folders
        .Select(folder => Path.Combine(root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'));
}
