using System.Globalization;

namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>A domain as <c>xl list</c> in dom0 shows it: the Xen toolstack's own word, not this project's.</summary>
/// <param name="Name">Xen name.</param>
/// <param name="Domid">Domain id.</param>
/// <param name="MemoryMiB">Memory, MiB.</param>
/// <param name="Vcpus">Virtual CPUs.</param>
/// <param name="State">Six letters or dashes: r running, b blocked (idle), p paused, s shut down, c crashed, d dying.</param>
/// <param name="Uuid">Xen's UUID of the domain.</param>
public sealed record XlDomain(string Name, int Domid, int MemoryMiB, int Vcpus, string State, string Uuid)
{
    public bool IsPaused => State.Contains('p', StringComparison.Ordinal);

    /// <summary>Neither paused, nor shut down, nor dying. A guest with nothing to do is blocked most of the time, which is running too.</summary>
    public bool IsRunning => !State.Any(letter => letter is 'p' or 's' or 'c' or 'd');

    /// <summary>Reads the output of <c>xl list -v</c>, dom0 left out.</summary>
    public static IReadOnlyList<XlDomain> Parse(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(words => new XlDomain(words[0], Number(words[1]), Number(words[2]), Number(words[3]), words[4], words[6]))
            .Where(domain => domain.Domid != 0)];

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
