using System.Globalization;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>
/// The whole line on real parts (tests/lab/lab.sh): API server and operator on this machine, Xen host in QEMU, the agent in
/// its dom0; operator and agent are the published single files. Its guests are PV: such a host is emulated in half of the time.
/// </summary>
public class LineLab : IAsyncLifetime
{
    /// <summary>The name of the XenHost that is always there.</summary>
    public const string Node = "lab-host";

    /// <summary>The name of the second XenHost.</summary>
    public const string SecondNode = "lab-host-2";

    private readonly string _script = Path.Combine(RepositoryRoot.Path, "tests/lab/lab.sh");
    private readonly string _guests;
    private LabGuard? _guard;
    private KubeApiServerLab? _kube;

    public LineLab()
        : this("pv")
    {
    }

    /// <param name="guests">Which the host is for, as host.sh has it. A second host has PV guests alone.</param>
    protected LineLab(string guests) => _guests = guests;

    public string Folder { get; } = Directory.CreateTempSubdirectory("reconciler-line-").FullName;

    public KubeApiServerLab Kube => _kube ?? throw new InvalidOperationException("the lab was not started");

    public XenHostLab Xen { get; private set; } = null!;

    /// <summary>The second host, once it was started.</summary>
    public XenHostLab SecondXen => field ??= XenHostLab.Attach(Path.Combine(Folder, "xen2"));

    public Kubectl Kubectl => Kube.Kubectl;

    public string OperatorLogFile => Path.Combine(Folder, "operator.log");

    public const string AgentLogFile = "/var/log/reconciler-agent.log";

    /// <summary>The cgroup that stands for the agent's pod.</summary>
    public const string AgentCgroup = "/sys/fs/cgroup/reconciler-agent";

    /// <summary>The cgroup that the agent's workers move to.</summary>
    public const string WorkerCgroup = "/sys/fs/cgroup/reconciler-workers";

    public async ValueTask InitializeAsync()
    {
        (await ExternalProgram.RunAsync("make", ["--no-print-directory", "programs"])).OutputOrThrow();
        _guard = LabGuard.Watch(_script, "stop", Folder);
        await RunAsync(CancellationToken.None, "start", Folder);
        _kube = await KubeApiServerLab.AttachAsync(Path.Combine(Folder, "kube"));
        Xen = XenHostLab.Attach(Path.Combine(Folder, "xen"));
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await ExternalProgram.RunAsync(_script, ["stop", Folder]);
        _guard?.Dispose();
    }

    /// <summary>Every domain on the host but dom0, as <c>xl list</c> in dom0 shows it.</summary>
    public Task<IReadOnlyList<XlDomain>> ListDomainsAsync(CancellationToken cancellation) => ListDomainsAsync(Xen, cancellation);

    /// <inheritdoc cref="ListDomainsAsync(CancellationToken)"/>
    public static async Task<IReadOnlyList<XlDomain>> ListDomainsAsync(XenHostLab host, CancellationToken cancellation) =>
        XlDomain.Parse(await host.ExecAsync("xl list -v", cancellation));

    /// <summary>The start time that the toolstack wrote beside the domain when it was created; empty when there is none.</summary>
    public async Task<string> StartTimeAsync(string uuid, CancellationToken cancellation) =>
        (await Xen.TryExecAsync($"xenstore-read /vm/{uuid}/start_time", cancellation)).Output.Trim();

    public Task StartAgentAsync(CancellationToken cancellation) => RunAsync(cancellation, "agent", "start", Folder);

    /// <summary>Starts the agent when there is none.</summary>
    public Task EnsureAgentAsync(CancellationToken cancellation) => RunAsync(cancellation, "agent", "ensure", Folder);

    /// <summary>SIGKILL: the agent has no chance to do anything. Returns when it is gone.</summary>
    public Task KillAgentAsync(CancellationToken cancellation) => RunAsync(cancellation, "agent", "kill", Folder);

    /// <summary>SIGTERM; returns when the agent has ended.</summary>
    public Task StopAgentAsync(CancellationToken cancellation) => RunAsync(cancellation, "agent", "stop", Folder);

    /// <summary>Kills whatever is in the cgroup that the agent was started in, as a container runtime does; returns when it is empty.</summary>
    public Task KillAgentPodAsync(CancellationToken cancellation) => RunAsync(cancellation, "agent", "kill-pod", Folder);

    /// <summary>
    /// Kills the agent's cgroup in the very moment in which a domain of that name is on the host for the first time, and returns the
    /// domid that it had then.
    /// </summary>
    public async Task<int> KillAgentPodDuringCreateAsync(string domain, CancellationToken cancellation) => int.Parse(
        await Xen.ExecAsync(
            $"until domid=$(xl domid {domain} 2>/dev/null); do :; done; echo 1 >{AgentCgroup}/cgroup.kill; " +
            $"while grep -q 'populated 1' {AgentCgroup}/cgroup.events; do sleep 0.1; done; echo $domid",
            cancellation),
        CultureInfo.InvariantCulture);

    /// <summary>The processes in a cgroup of dom0.</summary>
    public async Task<IReadOnlyList<int>> ProcessesAsync(string cgroup, CancellationToken cancellation) =>
        [.. (await Xen.ExecAsync($"cat {cgroup}/cgroup.procs", cancellation))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, CultureInfo.InvariantCulture))];

    /// <summary>
    /// What the agent answers to a readiness probe: the status line, and each thing that is not ready. Asked with the line held open: a
    /// client that has hung up gets no answer.
    /// </summary>
    public async Task<string> AgentReadinessAsync(CancellationToken cancellation) =>
        (await Xen.TryExecAsync("(printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n'; sleep 1) | nc 127.0.0.1 8081", cancellation)).Output;

    /// <summary>
    /// SIGKILL to the agent in the very moment in which a domain of that name is on the host for the first time: while its
    /// create is under way. Start it before the create is asked for; returns when the agent is gone.
    /// </summary>
    public Task KillAgentDuringCreateAsync(string domain, CancellationToken cancellation) => Xen.ExecAsync(
        $"agent=$(cat /run/reconciler-agent.pid); until xl domid {domain} >/dev/null 2>&1; do :; done; kill -9 $agent; " +
        "while [ -d /proc/$agent ]; do sleep 0.1; done",
        cancellation);

    /// <summary>
    /// SIGKILL to the agent and its workers in the very moment in which a shell's <paramref name="condition"/> in dom0 holds. Start it before
    /// that can be; returns when they are gone.
    /// </summary>
    public Task KillAgentAndWorkersWhenAsync(string condition, CancellationToken cancellation) => Xen.ExecAsync(
        $"doomed=$(cat /run/reconciler-agent.pid); " +
        $"for worker in $(cat {WorkerCgroup}/cgroup.procs); do grep -q xl-worker /proc/$worker/cmdline && doomed=\"$doomed $worker\"; done; " +
        $"until {condition}; do :; done 2>/dev/null; kill -9 $doomed; for process in $doomed; do while [ -d /proc/$process ]; do sleep 0.1; done; done",
        cancellation);

    /// <summary>Boots the second host, with an agent of its own.</summary>
    public Task StartSecondHostAsync(CancellationToken cancellation) => RunAsync(cancellation, "second", "start", Folder);

    /// <summary>Cuts the power of the second host.</summary>
    public Task CutSecondHostAsync(CancellationToken cancellation) => RunAsync(cancellation, "second", "cut", Folder);

    /// <summary>Runs the plugin of kubectl as the administrator.</summary>
    public Task<CommandOutput> KubectlXenAsync(CancellationToken cancellation, params IEnumerable<string> arguments) => ExternalProgram.RunAsync(
        Path.Combine(AppContext.BaseDirectory, "kubectl-xen"), [.. arguments, "--kubeconfig", Kube.KubeconfigFile], cancellation: cancellation);

    public Task StartOperatorAsync(CancellationToken cancellation) => RunAsync(cancellation, "operator", "start", Folder);

    public Task StopOperatorAsync(CancellationToken cancellation) => RunAsync(cancellation, "operator", "stop", Folder);

    public async Task<int> AgentProcessIdAsync(CancellationToken cancellation) =>
        int.Parse(await Xen.ExecAsync("cat /run/reconciler-agent.pid", cancellation), CultureInfo.InvariantCulture);

    private async Task RunAsync(CancellationToken cancellation, params string[] arguments) =>
        (await ExternalProgram.RunAsync(
            _script, arguments, environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["GUESTS"] = arguments is ["second", ..] ? "pv" : _guests }, cancellation: cancellation)).OutputOrThrow();
}
