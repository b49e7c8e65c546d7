namespace Reconciler.Testing.Contract;

public sealed record WidgetSpec
{
    public string? Size { get; init; }

    public int? Count { get; init; }

    public string? Mode { get; init; }

    public WidgetLimits? Limits { get; init; }

    /// <summary>A set.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>A map by name.</summary>
    public IReadOnlyList<WidgetPort>? Ports { get; init; }

    /// <summary>One value, replaced whole.</summary>
    public IReadOnlyList<string>? Arguments { get; init; }

    public IReadOnlyDictionary<string, string>? Notes { get; init; }
}

public sealed record WidgetLimits
{
    public int? Seconds { get; init; }

    public string? Action { get; init; }
}

public sealed record WidgetPort
{
    public string? Name { get; init; }

    public int? Number { get; init; }

    public string? Note { get; init; }
}
