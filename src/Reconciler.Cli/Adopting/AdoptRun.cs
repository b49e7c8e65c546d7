using System.Text.Json;
using Reconciler.Api.Conditions;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Cli.Importing;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Cli.Adopting;

/// <summary>Makes a Domain of what a XenHost tells of a domain that somebody else made, and waits until its agent has taken that over.</summary>
internal sealed class AdoptRun(IKubernetesClient client, TimeProvider time, TextWriter output, TextWriter error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Twice what an agent takes to tell that a paused domain runs, as one does that was just made.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(12);

    /// <returns>0 when it is adopted, or printed; 1 when it was not adopted in time.</returns>
    /// <exception cref="CommandException">There is no such host or domain, it can't be a Domain, or there is a Domain of the name.</exception>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public async Task<int> RunAsync(string hostName, string named, string? name, string @namespace, bool print, CancellationToken cancellationToken)
    {
        var found = await FindAsync(hostName, named, cancellationToken);
        if (found.PowerState is PowerState.Paused)
        {
            await error.WriteLineAsync($"{found.Name} is paused; looking again, as it may just have been made");
            await Task.Delay(SecondLook, time, cancellationToken);
            found = await FindAsync(hostName, named, cancellationToken);
            if (found.PowerState is PowerState.Paused) await error.WriteLineAsync($"{found.Name} is paused, and stays so until spec.powerState is Running");
        }

        var networks = (await client.ListAsync<XenNetwork>(new ListOptions(), cancellationToken)).Items;
        List<XenNetwork> missing = [];
        var domain = AdoptedDomain.Of(hostName, found, name, @namespace, NetworkOf);
        foreach (var lost in found.NotExpressed ?? []) await error.WriteLineAsync($"not expressed: {lost} It stays as long as this life of the domain, and is not in the next");
        if (print)
        {
            foreach (var network in missing) await output.WriteAsync($"{Yaml(network)}---\n");
            await output.WriteAsync(Yaml(domain));
            return 0;
        }

        if (missing is [var first, ..])
            throw new CommandException($"No XenNetwork has the bridge {first.Spec!.Bridge} on {hostName}. Make one for it; -o yaml prints one beside the Domain");
        try
        {
            domain = await client.CreateAsync(domain, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsAlreadyExists)
        {
            throw new CommandException($"There is a Domain {@namespace}/{domain.Metadata.Name} already. Give another name with --name", e);
        }

        await output.WriteLineAsync($"domain.xen.reconciler.dev/{domain.Metadata.Name} created");
        return await AwaitAsync(domain, cancellationToken);

        string NetworkOf(string bridge)
        {
            if (networks.FirstOrDefault(network => network.Spec?.On(hostName) is { Vlan: null } place && place.Bridge == bridge) is { } known) return known.Metadata.Name!;
            var made = missing.Find(network => network.Spec!.Bridge == bridge);
            if (made is null)
            {
                made = new XenNetwork
                {
                    ApiVersion = XenNetwork.Definition.ApiVersion,
                    Kind = XenNetwork.Definition.Kind,
                    Metadata = new ObjectMeta { Name = ObjectName.Of(bridge) ?? throw new CommandException($"Make a XenNetwork for the bridge {bridge}: nothing of it can be the name of one") },
                    Spec = new XenNetworkSpec { Bridge = bridge },
                };
                missing.Add(made);
            }

            return made.Metadata.Name!;
        }
    }

    private async Task<HostAdoptable> FindAsync(string hostName, string named, CancellationToken cancellationToken)
    {
        var host = await client.GetAsync<XenHost>(hostName, null, cancellationToken) ?? throw new CommandException($"There is no XenHost {hostName}; see kubectl get xenhosts");
        var adoptable = host.Status?.Adoptable ?? [];
        var found = adoptable.Where(domain => domain.Name == named || string.Equals(domain.Uuid, named, StringComparison.OrdinalIgnoreCase)).ToArray();
        return found switch
        {
            [var one] => one,
            [] => throw new CommandException(
                $"XenHost {host.Metadata.Name} tells of no domain {named} that can be adopted. "
                + (adoptable.Count == 0 ? "" : $"It tells of {string.Join(", ", adoptable.Select(domain => domain.Name))}. ")
                + $"Does it run there (xl list), was it not made by Reconciler, and may its agent adopt it (its option --adopt {named})? It tells of 32 at most"),
            _ => throw new CommandException($"{found.Length} domains of XenHost {host.Metadata.Name} are called {named}. Name one by its UUID: {string.Join(", ", found.Select(domain => domain.Uuid))}"),
        };
    }

    private async Task<int> AwaitAsync(Domain created, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            var domain = await client.GetAsync<Domain>(created.Metadata.Name!, created.Metadata.Namespace, cancellationToken) ?? throw new CommandException("The Domain was deleted meanwhile");
            if (domain.Status?.Adoption is { } adoption)
            {
                await output.WriteLineAsync($"adopted {adoption.Name} (domid {adoption.Domid}). Take it out of /etc/xen/auto, or xendomains starts a second one with the host");
                return 0;
            }

            if (time.GetElapsedTime(started) > Patience)
            {
                var ready = domain.Status?.Conditions.Find(ReadyCondition.Type);
                await error.WriteLineAsync($"not adopted yet: {ready?.Reason ?? "nobody has looked at it"}{(ready?.Message is { Length: > 0 } message ? $": {message}" : "")}. It will be when nothing stands against it; delete the Domain to call it off, which does not touch {created.Spec!.Adopt!.Name}");
                return 1;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(500), time, cancellationToken);
        }
    }

    private static string Yaml<T>(T entity)
        where T : class, IResource<T> =>
        JsonToYaml.Write(JsonSerializer.SerializeToNode(entity, Kind<T>.Definition.JsonTypeInfo));
}
