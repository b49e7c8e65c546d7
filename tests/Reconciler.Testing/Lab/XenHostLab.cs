using Xunit;

namespace Reconciler.Testing.Lab;

/// <summary>
/// A real Xen host in QEMU's software emulation, for as long as the fixture lives (tests/lab/xen-host): Xen, a dom0 with the
/// toolstack, and guests to start in <c>/guest</c>. Meant to be shared:
/// <c>[assembly: AssemblyFixture(typeof(XenHostLab))]</c>; tests keep apart by the names of their domains and by what they
/// put into dom0. Tests that use it carry <c>[Trait("Category", "Lab")]</c>. The first start on a machine builds the image (a
/// minute); later ones resume it in about three seconds.
/// </summary>
public sealed class XenHostLab : IAsyncLifetime
{
    /// <summary>A kernel for PV and PVH guests, in dom0 (tests/lab/guest-kernel).</summary>
    public const string GuestKernel = "/guest/vmlinux";

    /// <summary>The memory that these guests, PV and PVH, boot in with room to spare, as a Kubernetes quantity.</summary>
    public const string GuestMemory = "64Mi";

    /// <summary>
    /// Its RAM disk, in dom0. The guest says <see cref="GuestReady"/> when it is up and <see cref="GuestPoweredOff"/> when it
    /// goes down in an orderly way; with <c>ignore-shutdown</c> on its command line it says <see cref="GuestIgnoresShutdown"/>
    /// instead and stays.
    /// </summary>
    public const string GuestRamdisk = "/guest/guest.cpio";

    /// <summary>The command line that these guests boot with fastest.</summary>
    public const string GuestCommandLine = "console=hvc0 quiet mitigations=off";

    public const string GuestReady = "GUEST-READY";
    public const string GuestPoweredOff = "GUEST-POWEROFF clean";
    public const string GuestIgnoresShutdown = "GUEST-IGNORES-SHUTDOWN";

    /// <summary>The address under which dom0 reaches this machine's loopback.</summary>
    public const string BuildMachine = "10.0.2.2";

    private readonly string _script = Path.Combine(RepositoryRoot.Path, "tests/lab/xen-host/host.sh");
    private readonly Dictionary<string, string> _environment;
    private LabGuard? _guard;

    /// <param name="guests">What guests it is for, as host.sh has it: <c>pv</c>, and twice as fast, or <c>all</c>.</param>
    public XenHostLab(string guests)
        : this(Path.Combine(Path.GetTempPath(), $"reconciler-xen-{Guid.NewGuid():N}"), guests)
    {
    }

    private XenHostLab(string folder, string guests) => (Folder, _environment) = (folder, new(StringComparer.Ordinal) { ["GUESTS"] = guests });

    /// <summary>Holds all state of the running host on this machine.</summary>
    public string Folder { get; }

    /// <summary>What Xen, dom0's kernel and its init have said on the serial line.</summary>
    public string ConsoleLogFile => Path.Combine(Folder, "console.log");

    /// <summary>The host that somebody else has started in <paramref name="folder"/>, and who will end it.</summary>
    public static XenHostLab Attach(string folder) => new(folder, "all");

    public async ValueTask InitializeAsync()
    {
        _guard = LabGuard.Watch(_script, "destroy", Folder);
        (await RunAsync(["resume", Folder], null, CancellationToken.None)).OutputOrThrow();
    }

    /// <summary>Runs a shell command in dom0; its standard output, or a <see cref="LabException"/> when it fails.</summary>
    public async Task<string> ExecAsync(string command, CancellationToken cancellation) =>
        (await TryExecAsync(command, cancellation)).OutputOrThrow();

    /// <summary>Runs a shell command in dom0, with <paramref name="input"/> on its standard input.</summary>
    public async Task<CommandOutput> TryExecAsync(string command, CancellationToken cancellation, string? input = null)
    {
        var output = await RunAsync(["exec", Folder, command], input, cancellation);

        // 255 and not a word is ssh's own: it got no session in a dom0 that is short of CPU time.
        return output is { ExitCode: 255, Output: "", Error: "" } ? await RunAsync(["exec", Folder, command], input, cancellation) : output;
    }

    /// <summary>Copies a file or folder of this machine into a folder of dom0, which is made when it isn't there.</summary>
    public async Task PutAsync(string source, string targetFolder, CancellationToken cancellation) =>
        (await RunAsync(["put", Folder, source, targetFolder], null, cancellation)).OutputOrThrow();

    /// <summary>Copies a file or folder of dom0 into a folder of this machine, which is made when it isn't there.</summary>
    public async Task GetAsync(string source, string targetFolder, CancellationToken cancellation) =>
        (await RunAsync(["get", Folder, source, targetFolder], null, cancellation)).OutputOrThrow();

    /// <summary>
    /// All that guests of this Xen name have written on their console, from their first life to now; empty for a name that
    /// never had one.
    /// </summary>
    public async Task<string> GuestConsoleAsync(string domain, CancellationToken cancellation) =>
        (await TryExecAsync($"cat '/var/log/xen/guest-{domain}.log'", cancellation)).Output;

    /// <summary>
    /// Waits until guests of this Xen name have written <paramref name="text"/> on their console <paramref name="times"/> times,
    /// or fails with what they have written.
    /// </summary>
    public async Task UntilGuestConsoleAsync(string domain, string text, int times, TimeSpan patience, CancellationToken cancellation)
    {
        // Looking is done in dom0: a login for each look would take from the guest the processor that it needs to get there.
        var watched = await TryExecAsync($"console-wait {Quote(domain)} {Quote(text)} {times} {patience.TotalSeconds:0}", cancellation);
        if (!watched.Succeeded)
        {
            var console = await GuestConsoleAsync(domain, cancellation);
            throw new LabException($"not within {patience.TotalSeconds:0} s: '{text}' {times} times on the console of {domain}:\n{console}\n{watched.Error}");
        }
    }

    /// <summary>
    /// Runs a shell command in a guest that has said <see cref="GuestReady"/>, one at a time for a guest; what it has printed on
    /// both streams, or a <see cref="LabException"/> when it fails.
    /// </summary>
    public async Task<string> GuestExecAsync(string domain, string command, CancellationToken cancellation) =>
        (await TryGuestExecAsync(domain, command, cancellation)).OutputOrThrow();

    /// <summary>
    /// The same, whatever the command ends with; exit code 124 when the guest has not answered within a minute, 125 when there is
    /// no such guest.
    /// </summary>
    public Task<CommandOutput> TryGuestExecAsync(string domain, string command, CancellationToken cancellation) =>
        TryExecAsync($"guest-exec {Quote(domain)} {Quote(command)}", cancellation);

    public async ValueTask DisposeAsync()
    {
        await RunAsync(["destroy", Folder], null, CancellationToken.None);
        _guard?.Dispose();
    }

    private static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private Task<CommandOutput> RunAsync(IEnumerable<string> arguments, string? input, CancellationToken cancellation) =>
        ExternalProgram.RunAsync(_script, arguments, input, _environment, cancellation);
}
