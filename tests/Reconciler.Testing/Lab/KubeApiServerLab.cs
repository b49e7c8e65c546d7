using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Reconciler.Testing.Lab;

/// <summary>
/// A real kube-apiserver with etcd on the loopback, for as long as the fixture lives (tests/lab/kube). Meant to be shared:
/// <c>[assembly: AssemblyFixture(typeof(KubeApiServerLab))]</c>, tests keep apart by namespaces
/// (<see cref="CreateNamespaceAsync"/>). Tests that use it carry <c>[Trait("Category", "Lab")]</c>. The first start on a
/// machine builds the server, which takes minutes; later ones take about five seconds.
/// </summary>
public sealed class KubeApiServerLab : IAsyncLifetime
{
    private readonly string _script = Path.Combine(RepositoryRoot.Path, "tests/lab/kube/kube.sh");
    private LabGuard? _guard;
    private Kubectl? _kubectl;
    private Helm? _helm;

    public KubeApiServerLab()
        : this(Path.Combine(Path.GetTempPath(), $"reconciler-kube-{Guid.NewGuid():N}"))
    {
    }

    private KubeApiServerLab(string folder) => Folder = folder;

    /// <summary>Holds all state of the server: see tests/lab/kube/kube.sh for the files in it.</summary>
    public string Folder { get; }

    /// <summary>As this machine reaches it; from dom0 of the lab's Xen host it is the same port of 10.0.2.2.</summary>
    public Uri Url => new(File.ReadAllText(Path.Combine(Folder, "url")).Trim());

    /// <summary>Where <see cref="InstallChartAsync"/> puts the chart.</summary>
    public const string ChartNamespace = "reconciler-system";

    /// <summary>Administrator, by token.</summary>
    public string KubeconfigFile => Path.Combine(Folder, "kubeconfig");

    public string AdminToken => Token("admin");

    public string CertificateAuthorityFile => Path.Combine(Folder, "ca.crt");

    /// <summary>Administrator, by client certificate (PEM).</summary>
    public string ClientCertificateFile => Path.Combine(Folder, "admin.crt");

    /// <summary>The key of <see cref="ClientCertificateFile"/> (PEM, PKCS#8, EC).</summary>
    public string ClientKeyFile => Path.Combine(Folder, "admin.key");

    /// <summary>What the server has logged since its first start.</summary>
    public string LogFile => Path.Combine(Folder, "apiserver.log");

    /// <summary>The real kubectl as administrator.</summary>
    public Kubectl Kubectl => _kubectl ?? throw new InvalidOperationException("the API server was not started");

    /// <summary>The bearer token of a user: <c>admin</c>, or <c>visitor</c>, who may do nothing but what a test allows.</summary>
    public string Token(string user) => File.ReadAllText(Path.Combine(Folder, $"{user}.token")).Trim();

    /// <summary>The real Helm as administrator.</summary>
    public Helm Helm => _helm ?? throw new InvalidOperationException("the API server was not started");

    /// <summary>The server that somebody else has started in <paramref name="folder"/>, and who will end it.</summary>
    public static async Task<KubeApiServerLab> AttachAsync(string folder)
    {
        var lab = new KubeApiServerLab(folder);
        await lab.FindProgramsAsync();
        return lab;
    }

    public async ValueTask InitializeAsync()
    {
        await FindProgramsAsync();
        _guard = LabGuard.Watch(_script, "destroy", Folder);
        await StartAsync(CancellationToken.None);
    }

    /// <summary>Starts it after <see cref="StopAsync"/>: same address, same keys, same objects. Returns when it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellation) =>
        (await ExternalProgram.RunAsync(_script, ["start", Folder], cancellation: cancellation)).OutputOrThrow();

    /// <summary>
    /// Installs the chart (namespace <see cref="ChartNamespace"/>): the kinds, and the accounts of operator and agent with their rights.
    /// Nothing runs for it: this server has neither controllers nor nodes.
    /// </summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="arguments">Further ones of <c>helm install</c>.</param>
    public async Task InstallChartAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        (await ExternalProgram.RunAsync(_script, ["install", Folder, .. arguments], cancellation: cancellation)).OutputOrThrow();

    /// <summary>The kubeconfig of a service account of the installed chart: <c>reconciler-operator</c> or <c>reconciler-agent</c>.</summary>
    public string AccountKubeconfigFile(string account) => Path.Combine(Folder, $"{account}.kubeconfig");

    /// <summary>The real kubectl as a service account of the installed chart.</summary>
    public Kubectl KubectlAs(string account) => Kubectl with { Kubeconfig = AccountKubeconfigFile(account), Server = Url };

    /// <summary>Stops API server and etcd; returns when both have ended.</summary>
    public async Task StopAsync(CancellationToken cancellation) =>
        (await ExternalProgram.RunAsync(_script, ["stop", Folder], cancellation: cancellation)).OutputOrThrow();

    /// <summary>Kills etcd and the API server (SIGKILL), as a machine that loses its power; <see cref="StartAsync"/> brings them back.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        foreach (var name in (string[])["etcd", "apiserver"])
        {
            var pid = await File.ReadAllTextAsync(Path.Combine(Folder, $"{name}.pid"), cancellation);
            using var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
            process.Kill();
            await process.WaitForExitAsync(cancellation);
        }
    }

    /// <summary>Makes a namespace that no other test uses and returns its name.</summary>
    public async Task<string> CreateNamespaceAsync(CancellationToken cancellation)
    {
        var name = $"test-{Guid.NewGuid():N}"[..13];
        await Kubectl.RunAsync(cancellation, "create", "namespace", name);
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        await ExternalProgram.RunAsync(_script, ["destroy", Folder]);
        _guard?.Dispose();
    }

    private async Task FindProgramsAsync()
    {
        var programs = await KubePrograms.FindAsync();
        _kubectl = new Kubectl(programs.Kubectl, KubeconfigFile);
        _helm = new Helm(programs.Helm, KubeconfigFile);
    }
}
