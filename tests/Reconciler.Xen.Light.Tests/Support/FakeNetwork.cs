using Reconciler.Xen.Light.Networking;

namespace Reconciler.Xen.Light.Tests.Support;

/// <summary>dom0's interfaces and packet filter in memory: what they were told, in order.</summary>
internal sealed class FakeNetwork : IBridgePorts, INftables
{
    /// <summary>Interfaces, and the bridge that each is in.</summary>
    public Dictionary<string, string?> Interfaces { get; } = [];

    public HashSet<string> Bridges { get; } = ["xenbr0", "xenbr1"];

    public HashSet<string> VlanBridges { get; } = ["xenbr1"];

    /// <summary>The chains of the table, each with its rules.</summary>
    public Dictionary<string, List<string>> Chains { get; } = [];

    public List<string> Calls { get; } = [];

    public string? Missing { get; set; }

    /// <summary>What an interface that is to join a bridge fails with.</summary>
    public Exception? JoinFailure { get; set; }

    public NicPorts Ports => new(this, this);

    public bool Exists(string name) => Interfaces.ContainsKey(name);

    public bool IsBridge(string name) => Bridges.Contains(name);

    public bool FiltersVlans(string bridge) => VlanBridges.Contains(bridge);

    public string? BridgeOf(string name) => Interfaces.GetValueOrDefault(name);

    public void Join(string name, string bridge, int? vlan)
    {
        if (JoinFailure is not null) throw JoinFailure;
        Calls.Add($"join {name} {bridge} {vlan}".TrimEnd());
        Interfaces[name] = bridge;
    }

    public void Run(string commands)
    {
        foreach (var line in commands.Split('\n'))
        {
            switch (line.Split(' ', 6))
            {
                case ["add", "chain", _, _, var chain, ..]:
                    Chains.TryAdd(chain, []);
                    break;
                case ["flush", "chain", _, _, var chain]:
                    Chains[chain].Clear();
                    break;
                case ["delete", "chain", _, _, var chain]:
                    Chains.Remove(chain);
                    break;
                case ["add", "rule", _, _, var chain, var rule]:
                    Chains[chain].Add(rule);
                    break;
                case ["add" or "delete", "element", ..] or ["add", "table" or "map", ..] or [""]:
                    break;
                default:
                    throw new ArgumentException($"nft would not understand: {line}", nameof(commands));
            }
        }
        var subject = Chains.Keys.LastOrDefault(chain => commands.Contains($"chain bridge reconciler {chain}\n", StringComparison.Ordinal) && chain.StartsWith("from-", StringComparison.Ordinal));
        Calls.Add(subject is null ? "remove rules" : $"{(Chains[subject].Contains("drop") ? "close" : "open")} {subject["from-".Length..]}");
    }

    public string List(string table) => string.Join('\n', Chains.Select(chain =>
        $"\tchain {chain.Key} {{\n{string.Join('\n', chain.Value)}\n}}{(chain.Key.Contains("vif", StringComparison.Ordinal) ? $"\n\"{chain.Key[(chain.Key.IndexOf('-', StringComparison.Ordinal) + 1)..]}\" : jump {chain.Key}" : "")}"));
}
