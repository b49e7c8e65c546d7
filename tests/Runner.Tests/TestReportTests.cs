namespace Reconciler.Testing.Runner.Tests;

public sealed class TestReportTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void A_report_as_xunit_writes_it_is_read()
    {
        File.WriteAllText(_file, """
            {"results":{"tool":{"name":"xUnit.net v3"},"summary":{"tests":3,"passed":1,"failed":1,"pending":0,"skipped":1,"other":0},
             "tests":[{"name":"A","status":"skipped","duration":0,"extra":{"reason":"because"}},
                      {"name":"B","status":"failed","message":"m","trace":"t"},{"name":"C","status":"passed"}]}}
            """);
        var report = TestReport.Read(_file).ShouldNotBeNull();
        report.Tally.ShouldBe(new TestTally(1, 1, 1));
        report.Results.Tests[0].Extra.ShouldNotBeNull().Reason.ShouldBe("because");
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"results":{"summary":{"pass""")]
    [InlineData("{}")]
    public void What_a_crash_leaves_is_no_report(string text)
    {
        File.WriteAllText(_file, text);
        TestReport.Read(_file).ShouldBeNull();
    }

    public void Dispose() => File.Delete(_file);
}
