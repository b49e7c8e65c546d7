using FsCheck;
using FsCheck.Fluent;
using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Tests.Importing.XlConfiguration;

public sealed class XlConfigParserProperties
{
    private static readonly Gen<string> Text = Gen.Elements([.. "az09_ \t\n\r\\'\"#;[],=+é\x01\x7f"]).ArrayOf().Select(characters => new string(characters));

    [Fact]
    public void A_file_that_is_printed_is_read_as_it_was() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(Assignments.ToArbitrary(), assignments =>
        {
            var read = XlConfigParser.Parse(string.Join('\n', assignments));
            return read.Count == assignments.Count && read.Zip(assignments).All(pair =>
                (pair.First.Name, pair.First.Adds) == (pair.Second.Name, pair.Second.Adds) && Same(pair.First.Value, pair.Second.Value));
        }));

    [Fact]
    public void Any_text_is_read_or_refused_with_a_line_of_it_and_what_was_expected() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(5000),
        Prop.ForAll(
            Gen.Elements("a", "b_1", "=", "+=", "'x'", "\"y\"", "'", "\"", "[", "]", "[", "]", ",", "1", "0x", "\n", "\r\n", ";", "#", "\\", " ", "é", "\0").ListOf().Select(string.Concat).ToArbitrary(),
            text =>
            {
                try
                {
                    return XlConfigParser.Parse(text).All(assignment => assignment.Line >= 1);
                }
                catch (XlSyntaxException e)
                {
                    return e.Expected.Contains("expected", StringComparison.Ordinal) && e.Line >= 1 && e.Line <= text.Count(character => character == '\n') + 1;
                }
            }));

    private static Gen<List<XlAssignment>> Assignments =>
        (from name in Gen.Elements("name", "disk", "on_crash", "x86_1")
         from adds in Gen.Elements(true, false)
         from value in Value(3)
         select new XlAssignment(name, adds, value, 1)).ListOf().Select(assignments => assignments.ToList());

    private static Gen<XlValue> Value(int depth)
    {
        var text = Text.Select(characters => XlValue.Of(characters, 1));
        return depth == 0 ? text : Gen.OneOf(text, Value(depth - 1).ListOf().Select(items => XlValue.Of([.. items.Take(4)], 1)));
    }

    private static bool Same(XlValue left, XlValue right) => (left.Items, right.Items) switch
    {
        ({ } ours, { } theirs) => ours.Count == theirs.Count && ours.Zip(theirs).All(pair => Same(pair.First, pair.Second)),
        _ => left.Text is not null && left.Text == right.Text,
    };
}
