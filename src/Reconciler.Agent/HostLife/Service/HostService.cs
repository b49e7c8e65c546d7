namespace Reconciler.Agent.HostLife.Service;

/// <summary>The service of the host that starts and shuts down its domains with it.</summary>
/// <param name="Program">Path of the agent's program on the host.</param>
/// <param name="StartArguments">Of <c>host-start</c>.</param>
/// <param name="StopArguments">Of <c>host-stop</c>, but for the budget.</param>
/// <param name="Budget">Of <c>host-stop</c>.</param>
internal sealed record HostService(string Program, IReadOnlyList<string> StartArguments, IReadOnlyList<string> StopArguments, TimeSpan Budget)
{
    public const string Name = "reconciler-host";

    /// <summary>
    /// What has to be up while domains are started and shut down, and so is stopped after them: xenstored and the console daemon, networks and
    /// storage; and what runs pods, so that the agent is there to tell of it for as long as possible.
    /// </summary>
    public static IReadOnlyList<string> After { get; } =
    [
        "xenstored", "xenconsoled", "xen-init-dom0", "openvswitch-switch", "lvm2-monitor", "blk-availability",
        "containerd", "crio", "docker", "k3s", "k3s-agent", "rke2-server", "rke2-agent", "kubelet",
    ];

    /// <summary>The command line that starts, in the words of a shell.</summary>
    public string StartCommand => Shell([Program, "host-start", .. StartArguments]);

    /// <summary>The command line that stops, in the words of a shell.</summary>
    public string StopCommand => Shell([Program, "host-stop", "--budget", $"{Budget.TotalSeconds:0}s", .. StopArguments]);

    private static string Shell(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <exception cref="ArgumentException">A word has characters that shells, systemd and OpenRC do not agree upon.</exception>
    private static string Quote(string word) => word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain)
        ? word
        : throw new ArgumentException($"\"{word}\" can't be in the command line of a host service: use letters, digits and /._-=:,@+ only.", nameof(word));

    private static readonly System.Buffers.SearchValues<char> Plain =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-=:,@+");
}
