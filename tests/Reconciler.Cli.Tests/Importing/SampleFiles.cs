namespace Reconciler.Cli.Tests.Importing;

/// <summary>Files as they are found on Xen hosts, and for some what is to be printed of them: .yaml on standard output, .txt on standard error.</summary>
internal static class SampleFiles
{
    public static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Importing", "Samples", name));
}
