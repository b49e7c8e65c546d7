using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Tests.Importing.XlConfiguration;

public sealed class XlConfigParserTests
{
    [Theory]
    [InlineData("a='x'", "a = \"x\"")]
    [InlineData("a = \"it's\"", "a = \"it's\"")]
    [InlineData(@"a = 'q\'\""\\\n\x41\101'", @"a = ""q'\""\\\x0aAA""")]
    [InlineData("a=1;b=0x1f # c", "a = 1; b = \"0x1f\"")]
    [InlineData("a += []", "a += []")]
    [InlineData("a=[ # one\n 'x' # two\n , [ 1,\n], \n]\n", "a = [\"x\", [1]]")]
    [InlineData(" ;; \n\t#\n a=1 ; \r\n", "a = 1")]
    [InlineData("a = 'über'", "a = \"über\"")]
    [InlineData("", "")]
    public void A_file_is_read(string text, string statements) =>
        string.Join("; ", XlConfigParser.Parse(text)).ShouldBe(statements);

    [Fact]
    public void Lines_are_those_of_the_names_and_of_the_members()
    {
        var assignments = XlConfigParser.Parse("# one\na = 1\n\nb = [\n  'x',\n\n  'y' ]\nc = 2");

        assignments.Select(assignment => assignment.Line).ShouldBe([2, 4, 8]);
        assignments[1].Value.Items!.Select(item => item.Line).ShouldBe([5, 7]);
    }

    [Theory]
    [InlineData("A = 1", 1, "found \"A\"; expected the name of an option, in lower case")]
    [InlineData("\na", 2, "the file ends; expected = or += after a")]
    [InlineData("a =\n", 1, "the line ends; expected a text in quotes, a number or a list in [ ]")]
    [InlineData("a = web", 1, "found \"w\"; expected a text in quotes, a number or a list in [ ]")]
    [InlineData("a = 1 2", 1, "found \"2\"; expected the end of the line after the value of a")]
    [InlineData("a = 'x\n'", 1, "a text is not closed in its line; expected '")]
    [InlineData("a = [ 1\n\n", 3, "the file ends in a list; expected ] for the [ in line 1")]
    [InlineData("a = [ 1\n 2 ]", 2, "found \"2\"; expected , or ] in the list that begins in line 1")]
    [InlineData("a = [ , ]", 1, "found \",\"; expected a text in quotes, a number or a list in [ ]")]
    [InlineData(@"a = '\q'", 1, "a text has an unknown escape; expected one of ")]
    [InlineData(@"a = '\x0'", 1, "a text has a wrong escape; expected the code of a character, 1 to 255")]
    [InlineData(@"a = '\0'", 1, "a text has a wrong escape; expected the code of a character, 1 to 255")]
    [InlineData("a = '\\", 1, "a text has an unknown escape; expected one of ")]
    public void What_is_wrong_is_said_with_its_line_and_what_was_expected(string text, int line, string message)
    {
        var error = Should.Throw<XlSyntaxException>(() => XlConfigParser.Parse(text));

        error.Line.ShouldBe(line);
        error.Expected.ShouldStartWith(message);
    }

    [Fact]
    public void Lists_without_end_do_not_exhaust_the_stack() =>
        Should.Throw<XlSyntaxException>(() => XlConfigParser.Parse($"a = {new string('[', 1_000_000)}")).Expected.ShouldContain("nested deeper");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("512", 512)]
    [InlineData("0x200", 512)]
    [InlineData("01000", 512)]
    [InlineData("-1", -1)]
    [InlineData("", null)]
    [InlineData("08", null)]
    [InlineData("2G", null)]
    [InlineData("4294967296", null)]
    [InlineData("0xffffffff", null)]
    [InlineData("0777777777777", null)]
    public void Numbers_are_those_of_strtol(string text, int? expected) =>
        (XlValue.Of(text, 1).TryNumber(out var number) ? number : (int?)null).ShouldBe(expected);
}
