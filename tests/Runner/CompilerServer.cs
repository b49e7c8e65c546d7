namespace Reconciler.Testing.Runner;

/// <summary>
/// The compiler stays loaded from project to project: without it the build takes two to three times as long. A machine whose
/// environment says <c>UseSharedCompilation=false</c> wants no process to stay: there it is used all the same, and ended.
/// </summary>
internal static class CompilerServer
{
    private const string Setting = "UseSharedCompilation";

    private static readonly bool Stays =
        !string.Equals(Environment.GetEnvironmentVariable(Setting), "false", StringComparison.OrdinalIgnoreCase);

    public static void Use(IDictionary<string, string?> environment) => environment[Setting] = "true";

    public static async Task EndAsync(string root, string results, CancellationToken cancellation)
    {
        if (Stays)
            return;
        await new Command("compiler server", "dotnet", ["build-server", "shutdown", "--vbcscompiler"])
        {
            WorkingDirectory = root,
            LogFile = Path.Combine(results, "compiler-server.log"),
            Limit = TimeSpan.FromMinutes(1),
        }.RunAsync(cancellation);
    }
}
