namespace Reconciler.Testing.Runner.Tests;

public sealed class FailuresTests
{
    private readonly Failures _failures = new();

    [Fact]
    public void Nothing_is_said_of_a_run_that_passed() => Said().ShouldBeEmpty();

    [Fact]
    public void A_test_is_named_with_how_its_message_begins()
    {
        _failures.OfTest("Some.Test", string.Join('\n', Enumerable.Range(1, 20)));
        Said().ShouldBe("FAILED Some.Test\n    1\n    2\n    3\n    4\n    5\n    6\n    7\n    8\n");
    }

    [Fact]
    public void A_program_is_named_with_what_it_said_last()
    {
        _failures.OfProgram("Some.Tests", "ended with exit code 134 and without a report", [.. Enumerable.Range(1, 20).Select(n => $"{n}"), ""]);
        Said().ShouldBe("FAILED Some.Tests: ended with exit code 134 and without a report\n    13\n    14\n    15\n    16\n    17\n    18\n    19\n    20\n");
    }

    [Fact]
    public void Of_many_the_first_are_named_and_the_others_counted()
    {
        foreach (var number in Enumerable.Range(1, 12))
            _failures.OfTest($"Test {number}", null);
        Said().ShouldEndWith("FAILED Test 10\nFAILED 2 more\n");
    }

    private string Said()
    {
        using var output = new StringWriter { NewLine = "\n" };
        _failures.Print(output);
        return output.ToString();
    }
}
