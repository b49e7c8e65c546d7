namespace Reconciler.Testing.Runner.Tests;

public sealed class PassedLabsTests : IDisposable
{
    private static readonly TestProject Project = new("A.Tests", "/src/tests/A.Tests");
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("passed-labs-").FullName;
    private readonly PassedLabs _passed;

    public PassedLabsTests() => _passed = new PassedLabs(Path.Combine(_folder, "passed"));

    [Fact]
    public void What_has_passed_is_known_for_the_same_inputs_alone()
    {
        _passed.Keep(Project, "one", new TestTally(3, 0, 1), Now);
        _passed.Find(Project, "one").ShouldBe(new PassedLab("one", new TestTally(3, 0, 1), Now));
        _passed.Find(Project, "two").ShouldBeNull();
        _passed.Find(Project with { Name = "B.Tests" }, "one").ShouldBeNull();
    }

    [Fact]
    public void A_failure_is_not_kept_and_takes_away_what_was()
    {
        _passed.Keep(Project, "one", new TestTally(3, 0, 0), Now);
        _passed.Keep(Project, "one", new TestTally(3, 1, 0), Now);
        _passed.Find(Project, "one").ShouldBeNull();
    }

    [Fact]
    public void A_note_that_is_cut_off_is_none()
    {
        _passed.Keep(Project, "one", new TestTally(3, 0, 0), Now);
        var note = Directory.GetFiles(_folder, "*.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.WriteAllText(note, File.ReadAllText(note)[..20]);
        _passed.Find(Project, "one").ShouldBeNull();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
