namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>One statement of an xl.cfg.</summary>
/// <param name="Name">The option.</param>
/// <param name="Adds">Whether it is <c>+=</c>.</param>
/// <param name="Value">What is on its right.</param>
/// <param name="Line">Of the name, from 1.</param>
internal sealed record XlAssignment(string Name, bool Adds, XlValue Value, int Line)
{
    public override string ToString() => $"{Name} {(Adds ? "+=" : "=")} {Value}";
}
