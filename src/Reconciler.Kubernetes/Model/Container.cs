namespace Reconciler.Kubernetes.Model;

/// <summary>One container of a Pod.</summary>
public sealed record Container
{
    /// <summary>Unique in its Pod.</summary>
    public required string Name { get; init; }

    /// <summary>The image. The one field of a Pod's containers that may be changed while it runs: the container is started anew.</summary>
    public string? Image { get; init; }

    /// <summary>Arguments of the image's entry point.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Environment variables.</summary>
    public IReadOnlyList<EnvVar>? Env { get; init; }

    /// <summary>What it asks for and may use.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>What it may do.</summary>
    public SecurityContext? SecurityContext { get; init; }
}
