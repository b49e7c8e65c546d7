namespace Reconciler.Api.Domains;

/// <summary>Something that is going on.</summary>
public sealed record CurrentOperation
{
    /// <summary>CleanShutdown, Start, Restart, ...</summary>
    public required string Name { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it is given up or forced; not set when only an event ends it.</summary>
    public DateTimeOffset? Deadline { get; init; }
}
