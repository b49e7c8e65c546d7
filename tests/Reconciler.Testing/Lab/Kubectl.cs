using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Reconciler.Testing.Lab;

/// <summary>The real kubectl, with the credentials of one kubeconfig.</summary>
/// <param name="Executable">The program.</param>
/// <param name="Kubeconfig">The file.</param>
public sealed record Kubectl(string Executable, string Kubeconfig)
{
    /// <summary>The API server; null: the one that the kubeconfig names.</summary>
    public Uri? Server { get; init; }

    public Task<CommandOutput> TryRunAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        RunAsync(input: null, arguments, cancellation);

    /// <summary>Standard output; a <see cref="LabException"/> when kubectl fails.</summary>
    public async Task<string> RunAsync(CancellationToken cancellation, params IEnumerable<string> arguments) =>
        (await RunAsync(input: null, arguments, cancellation)).OutputOrThrow();

    /// <summary><c>kubectl apply --server-side -f -</c> with <paramref name="yaml"/>.</summary>
    public Task<CommandOutput> TryApplyAsync(string yaml, CancellationToken cancellation) =>
        RunAsync(yaml, ["apply", "--server-side", "-f", "-"], cancellation);

    public async Task ApplyAsync(string yaml, CancellationToken cancellation) =>
        (await TryApplyAsync(yaml, cancellation)).OutputOrThrow();

    /// <summary>What <c>kubectl diff</c> finds between <paramref name="yaml"/> and the server; empty when it is the same.</summary>
    public async Task<string> DiffAsync(string yaml, CancellationToken cancellation)
    {
        var output = await RunAsync(yaml, ["diff", "--server-side", "-f", "-"], cancellation);
        // Exit code 1 says that there is a difference, more that kubectl failed.
        return output.ExitCode <= 1 ? output.Output : output.OutputOrThrow();
    }

    /// <summary>The object or list that <c>kubectl get ... -o json</c> answers.</summary>
    public async Task<JsonElement> GetAsync(CancellationToken cancellation, params IEnumerable<string> arguments)
    {
        using var document = JsonDocument.Parse(await RunAsync(cancellation, ["get", .. arguments, "-o", "json"]));
        return document.RootElement.Clone();
    }

    /// <summary>
    /// What <c>kubectl get ... --watch -o json</c> tells of: an object as it is now, and as it is after each change. Ends when the server ends
    /// the watch; a <see cref="LabException"/> when kubectl fails.
    /// </summary>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="object">As <c>get</c> takes it, its name the last: <c>domain, -n, web, shop</c>.</param>
    public async IAsyncEnumerable<JsonElement> WatchAsync([EnumeratorCancellation] CancellationToken cancellation, params IReadOnlyList<string> @object)
    {
        // Of a list that it is alone in: of an object that it is given by name kubectl shows what it got, opens a watch, and leaves out the first thing that
        // is told there, which may be what has changed between the two.
        string[] arguments = [.. @object.SkipLast(1), $"--field-selector=metadata.name={@object[^1]}"];
        var text = new StringBuilder();
        await foreach (var line in ExternalProgram.LinesAsync(Executable, WithServer(["get", .. arguments, "--watch", "-o", "json"]), cancellation))
        {
            text.AppendLine(line);
            if (line is not "}") continue; // only the last of an object is not indented
            using var document = JsonDocument.Parse(text.ToString());
            yield return document.RootElement.Clone();
            text.Clear();
        }
    }

    /// <summary>Any command of kubectl, with what it is to read from standard input (<c>-f -</c>).</summary>
    public Task<CommandOutput> RunAsync(string? input, IEnumerable<string> arguments, CancellationToken cancellation) =>
        ExternalProgram.RunAsync(Executable, WithServer(arguments), input, cancellation: cancellation);

    private IEnumerable<string> WithServer(IEnumerable<string> arguments) =>
        ["--kubeconfig", Kubeconfig, .. Server is null ? (string[])[] : ["--server", Server.ToString()], .. arguments];
}
