using Reconciler.Testing.Lab;

namespace Reconciler.Xen.Light.Tests.Lab;

/// <summary>
/// The contract of the Host port, and what passes a NIC, run once in the dom0 of a real Xen host by the probe, which is published for it; and what each check said.
/// </summary>
public sealed class ContractRun : IAsyncLifetime
{
    private readonly Dictionary<string, string> _outcomes = [];

    /// <summary>"" if it passed, else why it failed.</summary>
    public string OutcomeOf(string check) => _outcomes.GetValueOrDefault(check, "it was not run");

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "artifacts", "xen-light-probe");
        (await ExternalProgram.RunAsync("dotnet",
            ["publish", "tests/Reconciler.Xen.Light.Probe", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", folder, "-v", "q", "--nologo"])).OutputOrThrow();

        XenHostLab host = new();
        try
        {
            await host.InitializeAsync();
            await host.PutAsync(Path.Combine(folder, "xen-light-probe"), "/opt/probe", CancellationToken.None);
            foreach (var what in (string[])["frames", "contract"])
            {
                var run = await host.TryExecAsync($"/opt/probe/xen-light-probe {what}", CancellationToken.None);
                var before = _outcomes.Count;
                foreach (var line in run.Output.Split('\n'))
                {
                    if (line.StartsWith("PASS ", StringComparison.Ordinal)) _outcomes[line[5..]] = "";
                    else if (line.StartsWith("FAIL ", StringComparison.Ordinal) && line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
                        _outcomes[line[5..colon]] = line[(colon + 2)..];
                }
                if (_outcomes.Count == before) throw new LabException($"'{what}' was not run: exit code {run.ExitCode}\n{run.Error}\n{run.Output}");
            }
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
