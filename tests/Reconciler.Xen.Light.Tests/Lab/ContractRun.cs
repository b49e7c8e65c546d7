using System.Collections.Concurrent;
using Reconciler.Testing.Contract;
using Reconciler.Testing.Lab;

namespace Reconciler.Xen.Light.Tests.Lab;

/// <summary>
/// The contract of the Host port, and what passes a NIC, run once in the dom0s of two real Xen hosts by the probe, which is published for it; and what each
/// check said: all with PV guests on the one, what depends on the guest with PVH guests on the other.
/// </summary>
public sealed class ContractRun : IAsyncLifetime
{
    private readonly ConcurrentDictionary<(string Guests, string Check), string> _outcomes = [];

    /// <summary>"" if it passed, else why it failed.</summary>
    /// <param name="guests"><c>pv</c> or <c>pvh</c>.</param>
    /// <param name="check">Its name.</param>
    public string OutcomeOf(string guests, string check) => _outcomes.GetValueOrDefault((guests, check), "it was not run");

    public async ValueTask InitializeAsync()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "artifacts", "xen-light-probe");
        (await ExternalProgram.RunAsync("dotnet",
            ["publish", "tests/Reconciler.Xen.Light.Probe", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", folder, "-v", "q", "--nologo"])).OutputOrThrow();
        var probe = Path.Combine(folder, "xen-light-probe");
        await Task.WhenAll(
            RunAsync(probe, new XenHostLab("pv"), "pv", "frames", "contract pv"),
            RunAsync(probe, new XenHostLab("all"), "pvh", $"contract pvh {string.Join(' ', HostContract.Checks.Where(check => check.DependsOnGuest))}"));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task RunAsync(string probe, XenHostLab host, string guests, params string[] commands)
    {
        await using (host)
        {
            await host.InitializeAsync();
            await host.PutAsync(probe, "/opt/probe", CancellationToken.None);
            foreach (var command in commands)
            {
                var run = await host.TryExecAsync($"/opt/probe/xen-light-probe {command}", CancellationToken.None);
                var before = _outcomes.Count(outcome => outcome.Key.Guests == guests);
                foreach (var line in run.Output.Split('\n'))
                {
                    if (line.StartsWith("PASS ", StringComparison.Ordinal)) _outcomes[(guests, line[5..])] = "";
                    else if (line.StartsWith("FAIL ", StringComparison.Ordinal) && line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
                        _outcomes[(guests, line[5..colon])] = line[(colon + 2)..];
                }
                if (_outcomes.Count(outcome => outcome.Key.Guests == guests) == before) throw new LabException($"'{command}' was not run: exit code {run.ExitCode}\n{run.Error}\n{run.Output}");
            }
        }
    }
}
