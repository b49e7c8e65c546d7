using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reconciler.Testing.Lab;

namespace Reconciler.Runtime.Tests.Lab;

/// <summary>A process of tests/Reconciler.Runtime.Candidate that competes for the lease "leader" of a namespace.</summary>
internal sealed class CandidateProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private CandidateProcess(Process process, string identity)
    {
        _process = process;
        Identity = identity;
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (_log)
            {
                _log.AppendLine(line.Data);
            }
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Identity { get; }

    /// <summary>What it has said.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return $"{Identity}: {_log}";
            }
        }
    }

    public static CandidateProcess Start(string kubeconfig, string @namespace, string identity, TimeSpan lease, TimeSpan clockOffset = default)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "leader-candidate.dll"), kubeconfig, @namespace, identity,
                lease.TotalSeconds.ToString(CultureInfo.InvariantCulture), clockOffset.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            },
        };
        return new CandidateProcess(Process.Start(start) ?? throw new LabException("dotnet can't be started"), identity);
    }

    /// <summary>Sends a signal: "TERM", "STOP", "CONT".</summary>
    public async Task SignalAsync(string signal, CancellationToken cancellation) =>
        (await ExternalProgram.RunAsync("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)], cancellation: cancellation)).OutputOrThrow();

    /// <summary>The exit code, once it has ended.</summary>
    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
