using System.Globalization;
using Reconciler.Testing.Lab;

namespace Reconciler.Scale.Soak;

/// <summary>A network namespace whose way to a port of this machine loses packets (tests/lab/lossy), for as long as it lives.</summary>
internal sealed class LossyNetwork : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(RepositoryRoot.Path, "tests/lab/lossy/lossy.sh");
    private readonly string _folder;
    private readonly LabGuard _guard;

    private LossyNetwork(string folder) => (_folder, _guard) = (folder, LabGuard.Watch(Script, "stop", folder));

    /// <summary>The program that runs another inside: its name and the words in front of the other's.</summary>
    public IReadOnlyList<string> Enter => ["ip", "netns", "exec", File.ReadAllText(Path.Combine(_folder, "netns")).Trim()];

    /// <param name="folder">Holds its state; made.</param>
    /// <param name="port">Of this machine's loopback; inside it is that port of 10.0.2.2.</param>
    /// <param name="percent">Lost in each direction.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LabException">This machine has no such network: no root, or a kernel without nftables.</exception>
    public static async Task<LossyNetwork> StartAsync(string folder, int port, int percent, CancellationToken cancellationToken)
    {
        var network = new LossyNetwork(folder);
        (await ExternalProgram.RunAsync(
            Script, ["start", folder, port.ToString(CultureInfo.InvariantCulture), percent.ToString(CultureInfo.InvariantCulture)], cancellation: cancellationToken)).OutputOrThrow();
        return network;
    }

    /// <summary>Packets lost and packets forwarded so far.</summary>
    public async Task<(long Lost, long Forwarded)> CountAsync(CancellationToken cancellationToken)
    {
        var counted = (await ExternalProgram.RunAsync(Script, ["dropped", _folder], cancellation: cancellationToken)).OutputOrThrow()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        return (counted["lost"], counted["forwarded"]);
    }

    public async ValueTask DisposeAsync()
    {
        await ExternalProgram.RunAsync(Script, ["stop", _folder]);
        _guard.Dispose();
    }
}
