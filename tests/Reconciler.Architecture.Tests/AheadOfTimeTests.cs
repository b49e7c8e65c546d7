using System.Text.RegularExpressions;
using Reconciler.Testing.Lab;

namespace Reconciler.Architecture.Tests;

/// <summary>What the compiler of the published programs can't compile ahead of time is not written (docs/decisions/0013-startup-profile.md).</summary>
public sealed class AheadOfTimeTests
{
    [Fact]
    public void Generic_code_asks_a_kind_for_its_definition_and_not_its_type_parameter()
    {
        var sources = ((string[])["src", "operator"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetFileName(file) != "Kind.cs").ToArray();

        sources.ShouldNotBeEmpty();
        sources.Where(file => Regex.IsMatch(File.ReadAllText(file), @"\bT([A-Z]\w*)?\.Definition\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
            .Select(file => Path.GetRelativePath(RepositoryRoot.Path, file)).ShouldBeEmpty("write Kind<T>.Definition");
    }
}
