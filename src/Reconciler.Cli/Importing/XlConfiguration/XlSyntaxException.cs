namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>A file that xl could not read either; or one of its values.</summary>
/// <param name="line">From 1.</param>
/// <param name="expected">What is wrong there and what was expected.</param>
internal sealed class XlSyntaxException(int line, string expected) : Exception($"line {line}: {expected}")
{
    public int Line { get; } = line;

    public string Expected { get; } = expected;
}
