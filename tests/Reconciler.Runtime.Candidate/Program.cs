using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Http;
using Reconciler.Runtime.Candidate;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Leadership;

// leader-candidate KUBECONFIG NAMESPACE IDENTITY LEASE_SECONDS CLOCK_OFFSET_SECONDS
var (kubeconfig, @namespace, identity) = (args[0], args[1], args[2]);
var lease = TimeSpan.FromSeconds(double.Parse(args[3], CultureInfo.InvariantCulture));
var offset = TimeSpan.FromSeconds(double.Parse(args[4], CultureInfo.InvariantCulture));

var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "leader-candidate" });
builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.TimestampFormat = "HH:mm:ss.fff ";
});
builder.Services.AddSingleton<TimeProvider>(new OffsetClock(offset));
builder.Services.AddSingleton<IKubernetesClient>(_ => new HttpKubernetesClient(KubernetesConfig.Load(kubeconfig)));
builder
    .AddKubernetesOperator(settings =>
    {
        settings.Name = "leader-candidate";
        settings.Instance = identity;
        settings.LeaderElection = new LeaderElectionOptions
        {
            Namespace = @namespace,
            Name = "leader",
            Identity = identity,
            LeaseDuration = lease,
            RenewDeadline = lease * (10 / 15.0),
            RetryPeriod = lease * (2 / 15.0),
        };
    })
    .AddStore<Reconciler.Testing.Contract.Widget>(new() { Namespace = @namespace })
    .AddController(sp => ActivatorUtilities.CreateInstance<WriteLog>(sp, identity), "write-log");
await builder.Build().RunAsync();
