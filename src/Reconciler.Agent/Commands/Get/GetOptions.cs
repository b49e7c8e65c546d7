namespace Reconciler.Agent.Commands.Get;

/// <summary>What <c>get</c> is asked for.</summary>
internal sealed record GetOptions
{
    public required string StateDirectory { get; init; }

    /// <summary>Kind and names ("domains web", "domain/web"), or names alone; empty: everything.</summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>Null: all.</summary>
    public string? Namespace { get; init; }

    public OutputFormat Format { get; init; }
}
