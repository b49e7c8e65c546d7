using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Reconciler.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Operator.Admission;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Leadership;
using Reconciler.Runtime.Web.Endpoints;
using Reconciler.Runtime.Web.Otlp;

namespace Reconciler.Operator;

/// <summary>The life of the operator's process.</summary>
internal static partial class OperatorProcess
{
    private const string Name = XenApi.OperatorFieldManager;

    /// <summary>
    /// Runs until it is told to stop. An API server that is away, lets nobody in, does not know our kinds or gives no right to read them is asked
    /// again and again: the log and /readyz say what is missing.
    /// </summary>
    /// <returns>The exit code: 0 after an orderly stop, 1 when its settings can't be used; what is wrong with them is one line on <paramref name="error"/>.</returns>
    public static async Task<int> RunAsync(OperatorArguments arguments, TextWriter error, CancellationToken cancellationToken)
    {
        try
        {
            var config = KubernetesConfig.Load(arguments.Kubeconfig, arguments.Context);
            var userAgent = UserAgents.For(Name);
            using var client = new HttpKubernetesClient(config, new HttpKubernetesClientOptions { UserAgent = userAgent });
            var ownNamespace = config.Namespace ?? "default";
            var election = new LeaderElectionOptions { Namespace = arguments.LeaseNamespace ?? ownNamespace, Name = Name };
            using var leases = new HttpKubernetesClient(config, LeaseClient.Options(userAgent, election.TryLimit));
            using var host = Build(arguments, ownNamespace, election, client, leases);
            if (arguments.GuardImage is null) Log.NoGuards(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Name));
            await host.RunAsync(cancellationToken);
            return Environment.ExitCode;
        }
        catch (KubernetesConfigException e)
        {
            await error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static IHost Build(OperatorArguments arguments, string ownNamespace, LeaderElectionOptions election, IKubernetesClient client, IKubernetesClient leases)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = Name });
        // What the web server says of each probe is noise, and where its content root would be concerns nobody.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.SetMinimumLevel(arguments.LogLevel).AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.AddKubernetesClient(client).AddLeaseClient(leases);
        builder
            .AddKubernetesOperator(settings =>
            {
                settings.Name = Name;
                settings.LeaderElection = arguments.LeaderElect ? election : null;
            })
            .AddOpenTelemetry()
            .AddEndpoints(new EndpointSettings { Port = arguments.HealthPort })
            .RegisterComponents(ownNamespace, arguments.GuardImage)
            .AddPart(sp => new IdleCollection(sp.GetRequiredService<TimeProvider>()))
            .AddWebhooks(arguments, ownNamespace);
        return builder.Build();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "kubectl drain of a Node cordons its XenHost and does not empty it: that takes --drain-guard-image and --webhook-port")]
        public static partial void NoGuards(ILogger logger);
    }
}
