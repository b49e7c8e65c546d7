namespace Reconciler.Cli.Importing.XlConfiguration;

/// <summary>What the statements of a file come to: of an option that is set twice the last counts, and += adds to what is there.</summary>
/// <param name="Options">Each option once, in the order of the file.</param>
/// <param name="Overwritten">The statements without an effect, each with that which has taken their place.</param>
internal sealed record XlConfig(IReadOnlyList<XlAssignment> Options, IReadOnlyList<(XlAssignment Earlier, XlAssignment Later)> Overwritten)
{
    /// <exception cref="XlSyntaxException">A list is added to a text, or a text to a list.</exception>
    public static XlConfig Of(IReadOnlyList<XlAssignment> assignments)
    {
        OrderedDictionary<string, XlAssignment> options = new(StringComparer.Ordinal);
        List<(XlAssignment, XlAssignment)> overwritten = [];
        foreach (var assignment in assignments)
        {
            var earlier = options.GetValueOrDefault(assignment.Name);
            if (earlier is not null && !assignment.Adds) overwritten.Add((earlier, assignment));
            options[assignment.Name] = earlier is not null && assignment.Adds
                ? earlier with { Value = earlier.Value.Plus(assignment.Value) }
                : assignment with { Adds = false };
        }

        return new XlConfig([.. options.Values.OrderBy(option => option.Line)], overwritten);
    }
}
