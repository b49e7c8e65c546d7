using Reconciler.Agent.Commands.Get;
using Reconciler.Agent.Commands.Live;
using Reconciler.Agent.Commands.Standalone;
using Spectre.Console;

namespace Reconciler.Agent.Tests.Commands;

public sealed class LiveFrameTests
{
    [Fact]
    public void A_frame_shows_domains_problems_events_and_where_it_stands()
    {
        var text = Render(new StandaloneView(
            new ResourceTable(["NAME", "READY"], [["web", "True"], ["[db]", "False"]]),
            [new SeenEvent(TimeSpan.FromSeconds(3), IsWarning: true, "ShutdownForced", "default/web", "The guest [did] not power off.")],
            ["a.yaml:3: unknown field"],
            new Convergence(["one"])));

        text.ShouldBe("""
            the title
            NAME   READY
            web    True
            [db]   False
            PROBLEMS
              a.yaml:3: unknown field
            LAST   EVENT            OBJECT
            3s     ShutdownForced   default/web   The guest [did] not power off.
            Converging: 1 to go.
            the footer
            """);
    }

    [Fact]
    public void A_converged_frame_says_so()
    {
        var text = Render(new StandaloneView(new ResourceTable(["NAME"], []), [], [], new Convergence([])));

        text.ShouldContain("Converged.");
        text.ShouldNotContain("PROBLEMS");
    }

    private static string Render(StandaloneView view)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 120;
        console.Write(LiveFrame.Render(view, "the title", "the footer"));
        return string.Join('\n', writer.ToString().Split('\n').Select(l => l.TrimEnd())).Trim('\n');
    }
}
