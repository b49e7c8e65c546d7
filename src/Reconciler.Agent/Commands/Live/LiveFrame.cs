using Reconciler.Agent.Commands.Get;
using Reconciler.Agent.Commands.Standalone;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Reconciler.Agent.Commands.Live;

/// <summary>One frame of the live display. Text is never read as markup: names and messages come from users.</summary>
internal static class LiveFrame
{
    private static readonly Style Plain = Style.Plain;
    private static readonly Style Dim = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Bad = new(Color.Red);
    private static readonly Style Underway = new(Color.Yellow);

    public static IRenderable Render(StandaloneView view, string title, string footer)
    {
        var parts = new List<IRenderable> { new Text(title, new Style(decoration: Decoration.Bold)), Resources(view.Domains) };
        parts.AddRange(view.Devices.Select(Resources));
        if (view.Problems.Count > 0)
        {
            parts.Add(new Text("PROBLEMS", Dim));
            parts.AddRange(view.Problems.Select(p => new Text($"  {p}", Bad)));
        }

        if (view.Events.Count > 0) parts.Add(Events(view.Events));
        parts.Add(view.Convergence.IsReached
            ? new Text("Converged.", Good)
            : new Text($"Converging: {view.Convergence.Waiting.Count} to go.", Underway));
        parts.Add(new Text(footer, Dim));
        return new Rows(parts);
    }

    private static Table Resources(ResourceTable resources)
    {
        var table = new Table { Border = TableBorder.None, UseSafeBorder = true };
        foreach (var heading in resources.Headings)
            table.AddColumn(new TableColumn(new Text(heading, Dim)) { NoWrap = true, Padding = new Padding(0, 0, 3, 0) });
        foreach (var row in resources.Rows) table.AddRow(row.Select((cell, i) => new Text(cell, StyleOf(resources.Headings[i], cell))));
        return table;
    }

    private static Table Events(IReadOnlyList<SeenEvent> events)
    {
        var table = new Table { Border = TableBorder.None, UseSafeBorder = true };
        foreach (var heading in new[] { "LAST", "EVENT", "OBJECT", "" })
            table.AddColumn(new TableColumn(new Text(heading, Dim)) { Padding = new Padding(0, 0, 3, 0) });
        foreach (var one in events)
            table.AddRow(
                new Text(HumanDuration.Format(one.Age)), new Text(one.Reason, one.IsWarning ? Underway : Plain), new Text(one.Object),
                new Text(one.Note));
        return table;
    }

    private static Style StyleOf(string heading, string cell) => (heading, cell) switch
    {
        ("READY", "True") => Good,
        ("READY", "Unknown") => Bad,
        ("READY", _) => Underway,
        _ => Plain,
    };
}
