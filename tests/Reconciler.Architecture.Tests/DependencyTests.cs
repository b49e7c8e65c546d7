using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Reconciler.Architecture.Tests;

/// <summary>Dependencies point one way. Read from the assemblies themselves: a project file can be mended, a reference can't be argued with.</summary>
public sealed class DependencyTests
{
    /// <summary>What each assembly may reference of this project, and of packages. The platform itself is always allowed.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Reconciler.Xen.Store"] = [],
        ["Reconciler.Xen"] = [],
        ["Reconciler.Xen.Light"] = ["Reconciler.Xen", "Reconciler.Xen.Store"],
        ["Reconciler.Kubernetes"] = ["YamlDotNet", "Polly.Core", "Microsoft.Extensions.Logging.Abstractions"],
        ["Reconciler.Embedded"] = ["Reconciler.Kubernetes", "Microsoft.Extensions.Logging.Abstractions"],
        ["Reconciler.Runtime"] = ["Reconciler.Kubernetes", "Microsoft.Extensions."],
        ["Reconciler.Runtime.Web"] = ["Reconciler.Runtime", "Reconciler.Kubernetes", "Microsoft.AspNetCore", "Microsoft.Extensions.", "OpenTelemetry", "OpenTelemetry."],
        ["Reconciler.Api"] = ["Reconciler.Kubernetes"],
        ["Reconciler.Placement"] = ["Reconciler.Api", "Reconciler.Kubernetes", "Reconciler.Runtime", "Microsoft.Extensions."],
        ["reconciler-operator"] =
        [
            "Reconciler.Api", "Reconciler.Kubernetes", "Reconciler.Placement", "Reconciler.Runtime", "Reconciler.Runtime.Web",
            "Microsoft.AspNetCore", "Microsoft.Extensions.", "System.CommandLine",
        ],
        ["reconciler-agent"] =
        [
            "Reconciler.Api", "Reconciler.Embedded", "Reconciler.Kubernetes", "Reconciler.Placement", "Reconciler.Runtime", "Reconciler.Runtime.Web",
            "Reconciler.Xen", "Reconciler.Xen.Store", "Reconciler.Xen.Light",
            "Microsoft.AspNetCore", "Microsoft.Extensions.", "Polly.Core", "System.CommandLine", "Spectre.Console",
        ],
        ["kubectl-xen"] = ["Reconciler.Api", "Reconciler.Kubernetes", "System.CommandLine", "Spectre.Console"],
    };

    public static TheoryData<string> Assemblies => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void An_assembly_references_only_what_its_layer_may(string name)
    {
        var strangers = References(name).Where(r => !IsPlatform(r) && !Allowed[name].Any(a => Matches(r, a)));

        strangers.ShouldBeEmpty($"{name} may reference only {string.Join(", ", Allowed[name].DefaultIfEmpty("the platform"))}");
    }

    [Fact]
    public void Every_assembly_of_the_project_has_its_rule()
    {
        var shipped = Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll")
            .Select(f => Path.GetFileNameWithoutExtension(f)!)
            .Where(n => n.StartsWith("Reconciler.", StringComparison.OrdinalIgnoreCase) || n.StartsWith("reconciler-", StringComparison.Ordinal) || n.StartsWith("kubectl-", StringComparison.Ordinal))
            .Where(n => !n.EndsWith(".Tests", StringComparison.Ordinal));

        shipped.Where(n => !Allowed.ContainsKey(n)).ShouldBeEmpty();
    }

    [Fact]
    public void The_operator_knows_nothing_of_a_hypervisor()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(["reconciler-operator"]);
        while (open.TryPop(out var name))
        {
            if (!seen.Add(name) || !Allowed.ContainsKey(name))
                continue;
            foreach (var reference in References(name))
                open.Push(reference);
        }

        seen.ShouldNotContain(n => n.StartsWith("Reconciler.Xen", StringComparison.Ordinal));
    }

    private static bool Matches(string reference, string allowed) =>
        allowed.EndsWith('.') || allowed == "Microsoft.AspNetCore" ? reference.StartsWith(allowed, StringComparison.Ordinal) : reference == allowed;

    private static bool IsPlatform(string reference) =>
        reference is "mscorlib" or "netstandard" or "System.Private.CoreLib" or "Microsoft.Win32.Primitives"
        || (reference.StartsWith("System.", StringComparison.Ordinal) && reference != "System.CommandLine");

    private static List<string> References(string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll"));
        using var image = new PEReader(stream);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))];
    }
}
