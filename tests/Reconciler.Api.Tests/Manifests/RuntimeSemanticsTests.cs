using Reconciler.Manifests.Semantics;
using Reconciler.Testing.Lab;

namespace Reconciler.Api.Tests.Manifests;

public sealed class RuntimeSemanticsTests
{
    private static readonly IReadOnlyList<RuntimePoint> Points = RuntimePoints.Read(RepositoryRoot.Path);
    private static readonly IReadOnlyList<SemanticsTest> Tests = SemanticsTests.Find(RepositoryRoot.Path);

    [Fact]
    public void Every_point_of_the_runtime_is_shown_by_a_test() =>
        Points.Select(point => point.Number).Except(Tests.SelectMany(test => test.Points)).ShouldBeEmpty("points of docs/runtime-semantics.md without a test");

    [Fact]
    public void No_test_names_a_point_that_there_is_not() =>
        Tests.SelectMany(test => test.Points).Except(Points.Select(point => point.Number)).ShouldBeEmpty();

    [Fact]
    public void Points_are_numbered_from_1_without_a_gap() =>
        Points.Select(point => point.Number).Order().ShouldBe(Enumerable.Range(1, Points.Count));

    [Fact]
    public void No_test_is_overlooked()
    {
        var named = Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.EndsWith("RuntimeSemanticsTests.cs", StringComparison.Ordinal))
            .Sum(path => File.ReadAllText(path).Split(" Semantics_").Length - 1);
        Tests.Count.ShouldBe(named);
    }
}
