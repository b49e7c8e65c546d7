namespace Reconciler.Testing.Runner.Tests;

public sealed class LabInputsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("lab-inputs-").FullName;

    public LabInputsTests()
    {
        Write("tests/A.Tests/A.Tests.csproj", """<Project><ProjectReference Include="../../src/B/B.csproj" /><LabProgram Include="../../src/Program/Program.csproj" /></Project>""");
        Write("tests/A.Tests/Test.cs", "test");
        Write("src/B/B.csproj", """<Project><ProjectReference Include="../C/C.csproj" /></Project>""");
        Write("src/C/C.csproj", "<Project />");
        Write("src/C/Deep/C.cs", "c");
        Write("src/Program/Program.csproj", """<Project><ProjectReference Include="../B/B.csproj" /></Project>""");
        Write("src/Other/Other.csproj", "<Project />");
        Write("src/Other/Other.cs", "other");
        Write("tests/lab/lab.sh", "lab");
        Write("docs/page.md", "page");
    }

    [Theory]
    [InlineData("tests/A.Tests/Test.cs")]
    [InlineData("src/C/Deep/C.cs")]
    [InlineData("src/C/Added.cs")]
    [InlineData("src/Program/Program.cs")]
    [InlineData("tests/lab/lab.sh")]
    [InlineData("charts/values.yaml")]
    [InlineData("Directory.Packages.props")]
    public void They_are_its_own_sources_those_that_it_refers_to_and_runs_and_what_is_no_projects(string file) =>
        ChangesWith(file).ShouldBeTrue();

    [Theory]
    [InlineData("src/Other/Other.cs")]
    [InlineData("src/C/bin/Debug/C.dll")]
    [InlineData("src/C/obj/C.cache")]
    [InlineData("artifacts/publish/program")]
    [InlineData(".git/index")]
    [InlineData("docs/page.md")]
    [InlineData("README.md")]
    public void They_are_not_the_sources_of_others_nor_what_is_made_of_them_nor_documentation(string file) =>
        ChangesWith(file).ShouldBeFalse();

    [Fact]
    public void A_file_that_is_removed_or_renamed_counts()
    {
        var before = Fingerprint();
        File.Move(Path.Combine(_root, "src/C/Deep/C.cs"), Path.Combine(_root, "src/C/Deep/D.cs"));
        var renamed = Fingerprint();
        File.Delete(Path.Combine(_root, "src/C/Deep/D.cs"));
        ((string[])[before, renamed, Fingerprint()]).Distinct().Count().ShouldBe(3);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Fingerprint() => new LabInputs(_root).Fingerprint(new TestProject("A.Tests", Path.Combine(_root, "tests/A.Tests")));

    private bool ChangesWith(string file)
    {
        var before = Fingerprint();
        Write(file, "changed");
        return Fingerprint() != before;
    }

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
