namespace Reconciler.Testing.Runner;

/// <summary>What is shown of the log of a program that failed: how it began and how it ended, and where the rest is.</summary>
internal static class LogExcerpt
{
    private const int Head = 10;
    private const int Tail = 20;
    private const int Width = 240;

    public static void Print(string log)
    {
        var lines = File.ReadAllLines(log);
        var (head, tail) = lines.Length <= Head + Tail ? (lines, []) : (lines[..Head], lines[^Tail..]);
        foreach (var line in head)
            PrintLine(line);
        if (tail.Length > 0)
            Console.WriteLine($"    ... {lines.Length - Head - Tail} lines ...");
        foreach (var line in tail)
            PrintLine(line);
        Console.WriteLine($"    all of it: {log}");
    }

    /// <summary>A line as it is shown: no longer than a screen is wide, a few times over.</summary>
    public static string Cut(string line) => line.Length > Width ? line[..Width] + "..." : line;

    private static void PrintLine(string line) => Console.WriteLine($"    {Cut(line)}");
}
