using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace Reconciler.Operator;

/// <summary>The command line of the operator.</summary>
internal static class OperatorCommand
{
    /// <summary>The command; its result is the exit code of the process.</summary>
    public static RootCommand Create()
    {
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            Description = "The kubeconfig file. Not given: KUBECONFIG, ~/.kube/config, or the pod's service account, the first that there is.",
        };
        var context = new Option<string?>("--context") { Description = "The context of the kubeconfig. Not given: its current one." };
        var healthPort = new Option<int>("--health-port")
        {
            Description = "The port of /healthz, /readyz and /metrics; 0 takes a free one.",
            DefaultValueFactory = _ => 8080,
        };
        healthPort.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535) result.AddError("--health-port must be 0 to 65535.");
        });
        var leaderElect = new Option<bool>("--leader-elect")
        {
            Description = "Compete for a Lease, so that of several replicas one works. Needed with more than one.",
        };
        var leaseNamespace = new Option<string?>("--lease-namespace")
        {
            Description = "The namespace of the Lease. Not given: the namespace of the context or of the pod.",
        };
        var logLevel = new Option<LogLevel>("--log-level")
        {
            Description = "Trace, Debug, Information, Warning, Error, Critical or None.",
            DefaultValueFactory = _ => LogLevel.Information,
        };

        var command = new RootCommand("Accepts Domains and places them on XenHosts.") { kubeconfig, context, healthPort, leaderElect, leaseNamespace, logLevel };
        command.SetAction((result, cancellationToken) => OperatorProcess.RunAsync(
            new OperatorArguments
            {
                Kubeconfig = result.GetValue(kubeconfig),
                Context = result.GetValue(context),
                HealthPort = result.GetValue(healthPort),
                LeaderElect = result.GetValue(leaderElect),
                LeaseNamespace = result.GetValue(leaseNamespace),
                LogLevel = result.GetValue(logLevel),
            },
            Console.Error,
            cancellationToken));
        return command;
    }
}
