namespace Reconciler.Testing.Runner;

/// <summary>A test project of the repository: every folder of <c>tests/</c> whose name ends in <c>.Tests</c>.</summary>
internal sealed record TestProject(string Name, string Folder)
{
    /// <summary>An xunit.v3 project is its own runner: this is the program to start.</summary>
    public string Executable => Path.Combine(Folder, "bin", "Debug", "net10.0", Name);

    public static IReadOnlyList<TestProject> Discover(string root) =>
        [.. Directory.EnumerateDirectories(Path.Combine(root, "tests"), "*.Tests")
            .Select(folder => new TestProject(Path.GetFileName(folder), folder))
            .OrderBy(project => project.Name, StringComparer.Ordinal)];
}
