using System.Globalization;
using System.Text;

namespace Reconciler.Manifests.Reference;

/// <summary>Writes the first page of the reference.</summary>
internal static class ReferenceIndex
{
    public static GeneratedFile Write(IEnumerable<ResourceKind> kinds)
    {
        var page = new StringBuilder(GeneratedFile.MarkdownHeader);
        page.Append("# Reference\n\n");
        page.Append("Times are UTC. Amounts of memory are Kubernetes quantities of bytes (`512Mi`). `kubectl explain` shows the same texts.\n\n");
        page.Append("| kind | |\n|---|---|\n");
        foreach (var kind in kinds)
        {
            var file = Path.GetFileName(KindReference.PathOf(kind));
            page.Append(CultureInfo.InvariantCulture, $"| [{kind.Definition.Kind}]({file}) | {kind.Schema.Description} |\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"\n[Metrics]({Path.GetFileName(MetricsReference.Path)}) of the operator and the agents.\n");
        page.Append(CultureInfo.InvariantCulture, $"\nOf the operator runtime: [which test shows which of its points]({Semantics.RuntimeSemanticsPage.FileName}).\n");
        page.Append(CultureInfo.InvariantCulture, $"\nOf the agent: [what was killed at which step, and what held]({Crashes.CrashSafetyPage.FileName}).\n");
        return new GeneratedFile("docs/reference/README.md", page.ToString());
    }
}
