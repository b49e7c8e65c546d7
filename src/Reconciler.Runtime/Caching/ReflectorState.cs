namespace Reconciler.Runtime.Caching;

/// <summary>Where a reflector stands. Each state says what is asked of the server next.</summary>
internal abstract record ReflectorState
{
    private ReflectorState() { }

    /// <summary>Ask for a watch that begins with all objects (KEP 3157): the first list of a process, from servers that can.</summary>
    /// <param name="ResourceVersion">As in <see cref="Listing"/>.</param>
    public sealed record Streaming(string? ResourceVersion) : ReflectorState;

    /// <summary>Ask for the first page of a list.</summary>
    /// <param name="ResourceVersion">"0": any, from the cache. Null: the newest. Else: at least this one.</param>
    public sealed record Listing(string? ResourceVersion) : ReflectorState;

    /// <summary>Ask for the next page of the list.</summary>
    public sealed record Paging(string Continue) : ReflectorState;

    /// <summary>Watch from this version on.</summary>
    public sealed record Watching(string ResourceVersion) : ReflectorState;
}
