using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Reconciler.Operator.Admission;

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
        healthPort.Validators.Add(IsPort);
        var leaderElect = new Option<bool>("--leader-elect")
        {
            Description = "Compete for a Lease, so that of several replicas one works. Needed with more than one.",
        };
        var leaseNamespace = new Option<string?>("--lease-namespace")
        {
            Description = "The namespace of the Lease. Not given: the namespace of the context or of the pod.",
        };
        var webhookPort = new Option<int?>("--webhook-port") { Description = "The port of the admission webhooks; 0 takes a free one. Not given: there are none." };
        webhookPort.Validators.Add(IsPort);
        var webhookService = new Option<string>("--webhook-service")
        {
            Description = "The Service, in the operator's own namespace, through which the API server calls the webhooks.",
            DefaultValueFactory = _ => WebhookNames.Service,
        };
        var webhookHosts = new Option<string[]>("--webhook-host")
        {
            Description = "A further name or address by which the API server calls the webhooks, for one that is outside of the cluster. May be given more than once.",
        };
        var webhookCertificates = new Option<string?>("--webhook-certificates")
        {
            Description = "A folder with tls.crt and tls.key, kept by others (cert-manager), who also write the caBundle. Not given: the operator is its own authority.",
        };
        var drainGuardImage = new Option<string?>("--drain-guard-image")
        {
            Description = "This program's own image. With it, and with webhooks, kubectl drain of a Node empties its XenHost: a Pod of this image stands for the Domains of each host. Not given: a drain is a cordon.",
        };
        var logLevel = new Option<LogLevel>("--log-level")
        {
            Description = "Trace, Debug, Information, Warning, Error, Critical or None.",
            DefaultValueFactory = _ => LogLevel.Information,
        };

        var command = new RootCommand("Accepts Domains and places them on XenHosts.")
        {
            kubeconfig, context, healthPort, leaderElect, leaseNamespace, webhookPort, webhookService, webhookHosts, webhookCertificates, drainGuardImage, logLevel,
            GuardCommand.Create(),
        };
        command.SetAction((result, cancellationToken) => OperatorProcess.RunAsync(
            new OperatorArguments
            {
                Kubeconfig = result.GetValue(kubeconfig),
                Context = result.GetValue(context),
                HealthPort = result.GetValue(healthPort),
                LeaderElect = result.GetValue(leaderElect),
                LeaseNamespace = result.GetValue(leaseNamespace),
                WebhookPort = result.GetValue(webhookPort),
                WebhookService = result.GetRequiredValue(webhookService),
                WebhookHosts = result.GetValue(webhookHosts) ?? [],
                WebhookCertificates = result.GetValue(webhookCertificates),
                DrainGuardImage = result.GetValue(drainGuardImage),
                LogLevel = result.GetValue(logLevel),
            },
            Console.Error,
            cancellationToken));
        return command;
    }

    private static void IsPort(OptionResult result)
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var port) && port is < 0 or > 65535)
            result.AddError($"{result.Option.Name} must be 0 to 65535.");
    }
}
