using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>What an engineer would look at after a failure, collected while the lab is still there: <c>artifacts/e2e/TEST/</c>.</summary>
internal static class Diagnostics
{
    public static async Task<string> CollectAsync(LineLab lab, string test, CancellationToken cancellation)
    {
        var folder = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "artifacts", "e2e", test)).FullName;
        await SaveAsync("objects.yaml", lab.Kubectl.TryRunAsync(cancellation, "get", "domains,xenhosts", "-A", "-o", "yaml"));
        await SaveAsync("events.yaml", lab.Kubectl.TryRunAsync(cancellation, "get", "events.events.k8s.io", "-A", "-o", "yaml"));
        await SaveAsync("agent.log", lab.Xen.TryExecAsync($"cat {LineLab.AgentLogFile}", cancellation));
        await SaveAsync("standalone-agents.log", lab.Xen.TryExecAsync($"cat {StandaloneAgent.LogFiles}", cancellation));
        await SaveAsync("xl-dmesg.log", lab.Xen.TryExecAsync("xl dmesg", cancellation));
        await SaveAsync("xl-list.log", lab.Xen.TryExecAsync("xl list -v; xenstore-ls -f; ps w; free -m", cancellation));
        await SaveAsync("guests.log", lab.Xen.TryExecAsync("tail -n +1 /var/log/xen/*.log", cancellation));
        File.Copy(lab.OperatorLogFile, Path.Combine(folder, "operator.log"), overwrite: true);
        File.Copy(lab.Kube.LogFile, Path.Combine(folder, "apiserver.log"), overwrite: true);
        return folder;

        async Task SaveAsync(string name, Task<CommandOutput> command)
        {
            var output = await command;
            await File.WriteAllTextAsync(Path.Combine(folder, name), output.Output + output.Error, cancellation);
        }
    }
}
