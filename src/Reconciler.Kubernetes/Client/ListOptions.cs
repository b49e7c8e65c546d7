namespace Reconciler.Kubernetes.Client;

/// <summary>Options of a list.</summary>
public sealed record ListOptions
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only objects with these labels: "app=web,tier in (a, b)".</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields: "metadata.name=a".</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Page size; null leaves it to the server (everything).</summary>
    public int? Limit { get; init; }

    /// <summary>The token of the page before.</summary>
    public string? Continue { get; init; }

    /// <summary>"0": any version will do, from the server's cache. Null: the newest. Else: at least this new.</summary>
    public string? ResourceVersion { get; init; }
}
