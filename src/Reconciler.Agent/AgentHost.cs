using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Api;
using Reconciler.Kubernetes.Client;
using Reconciler.Runtime.Hosting;
using Reconciler.Xen.Host;

namespace Reconciler.Agent;

/// <summary>The agent's loop over one host, whatever stands behind the two ports.</summary>
internal static class AgentHost
{
    /// <summary>The host application, not started yet.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="client">The resources: an API server, or the embedded store. Not disposed.</param>
    /// <param name="host">The Xen host. Not disposed.</param>
    /// <param name="configureLogging">Where log lines go; nowhere when null.</param>
    /// <param name="configure">Anything else that lives with it.</param>
    public static IHost Build(
        AgentOptions options, IKubernetesClient client, IXenHost host,
        Action<ILoggingBuilder>? configureLogging = null, Action<OperatorBuilder>? configure = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "reconciler-agent" });
        configureLogging?.Invoke(builder.Logging);
        // Neither is owned: an instance given to the container is not disposed by it.
        builder.Services.AddKubernetesClient(client);
        builder.Services.AddSingleton(host);
        var components = builder.AddKubernetesOperator(s =>
        {
            s.Name = XenApi.AgentFieldManager;
            s.Instance = options.NodeName;
        });
        components.RegisterComponents(options);
        configure?.Invoke(components);
        return builder.Build();
    }
}
