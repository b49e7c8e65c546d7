namespace Reconciler.Testing.Runner.Tests;

public sealed class VerdictTests
{
    [Fact]
    public void A_run_that_passed_counts_as_its_report_says() =>
        Verdict.Of(Ended(0), Report(passed: 3, skipped: 1)).ShouldBe(new Verdict(new TestTally(3, 0, 1), null));

    [Fact]
    public void Failed_tests_are_no_broken_run() =>
        Verdict.Of(Ended(2), Report(passed: 3, failed: 2)).ShouldBe(new Verdict(new TestTally(3, 2, 0), null));

    [Fact]
    public void A_half_without_tests_is_nothing() =>
        Verdict.Of(Ended(8), Report()).ShouldBe(new Verdict(TestTally.None, null));

    [Fact]
    public void A_crash_is_a_failure() => Verdict.Of(Ended(134), null).Tally.ShouldBe(new TestTally(0, 1, 0));

    [Fact]
    public void An_end_without_a_report_is_a_failure_though_its_exit_code_is_0() =>
        Verdict.Of(Ended(0), null).Tally.ShouldBe(new TestTally(0, 1, 0));

    [Fact]
    public void A_fixture_that_fails_to_clean_up_is_a_failure_beside_the_tests_that_passed() =>
        Verdict.Of(Ended(2), Report(passed: 5)).Tally.ShouldBe(new TestTally(5, 1, 0));

    [Fact]
    public void Exceeding_the_time_limit_is_a_failure_whatever_was_reported() =>
        Verdict.Of(Ended(137) with { TimedOut = true }, Report(passed: 5)).Tally.ShouldBe(new TestTally(5, 1, 0));

    private static CommandResult Ended(int exitCode) => new(exitCode, TimeSpan.FromSeconds(1), TimedOut: false);

    private static TestReport Report(int passed = 0, int failed = 0, int skipped = 0) =>
        new(new TestReport.ReportResults(new TestReport.ReportSummary(passed, failed, skipped, Pending: 0, Other: 0), []));
}
