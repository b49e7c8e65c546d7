using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Operator;

/// <summary>
/// Asks at the start for what would otherwise show up as endless retries: is there an API server, does it let us in, does it know our
/// kinds, may we read them.
/// </summary>
internal static class StartupCheck
{
    /// <exception cref="StartupException">It does not know our kinds, or we may not read them.</exception>
    /// <exception cref="KubernetesApiException">It can't be reached, or does not let us in.</exception>
    public static async Task RunAsync(IKubernetesClient client, CancellationToken cancellationToken)
    {
        await CheckAsync<Domain>(client, cancellationToken);
        await CheckAsync<Vbd>(client, cancellationToken);
        await CheckAsync<Vif>(client, cancellationToken);
        await CheckAsync<XenHost>(client, cancellationToken);
        await CheckAsync<XenNetwork>(client, cancellationToken);
        await CheckAsync<XenStoragePool>(client, cancellationToken);
    }

    private static async Task CheckAsync<T>(IKubernetesClient client, CancellationToken cancellationToken)
        where T : class, IResource<T>
    {
        try
        {
            await client.ListAsync<T>(new ListOptions { Limit = 1 }, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            throw new StartupException(
                $"The API server does not know {T.Definition.QualifiedName}: install the CustomResourceDefinitions with \"kubectl apply -f crds/\" (an API server older than 1.25 needs --validate=false besides: it does not know rules).", e);
        }
        catch (KubernetesApiException e) when (e.IsForbidden)
        {
            throw new StartupException($"{e.Message} Give the operator's account the rights in charts/reconciler/rbac/reconciler-operator.yaml.", e);
        }
    }
}
