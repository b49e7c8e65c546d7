namespace Reconciler.Placement.Templates;

/// <summary>What came of the templates of one kind.</summary>
/// <param name="NameTaken">Objects of somebody else that stand in the way: "VBD web-xvda".</param>
/// <param name="Removing">Objects of templates that were taken out and that are still there.</param>
/// <param name="Refused">What the server said against objects.</param>
internal sealed record TemplateResult(IReadOnlyList<string> NameTaken, IReadOnlyList<string> Removing, IReadOnlyList<string> Refused)
{
    public static TemplateResult operator +(TemplateResult left, TemplateResult right) =>
        new([.. left.NameTaken, .. right.NameTaken], [.. left.Removing, .. right.Removing], [.. left.Refused, .. right.Refused]);
}
