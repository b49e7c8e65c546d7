using System.Globalization;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.Fleet;

/// <summary>The programs that are measured, where <c>make publish</c> puts them.</summary>
internal static class Programs
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "artifacts", "publish", "linux-x64");

    public static string Operator { get; } = Path.Combine(Folder, "reconciler-operator");

    public static string Agent { get; } = Path.Combine(Folder, "reconciler-agent");

    /// <summary>What is there now, for the report: somebody may have put another build there, and its figures are not those of what is published.</summary>
    public static string Description => $"{Describe(Operator)}; {Describe(Agent)}";

    private static string Describe(string program)
    {
        var file = new FileInfo(program);
        var kind = File.Exists($"{program}.dll") ? $"starts {file.Name}.dll" : "single file";
        return string.Create(CultureInfo.InvariantCulture, $"{file.Name} ({kind}, {file.Length / 1048576.0:0.0} MiB, of {file.LastWriteTimeUtc:yyyy-MM-dd HH:mm} UTC)");
    }
}
