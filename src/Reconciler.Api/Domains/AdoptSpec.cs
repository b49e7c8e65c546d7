using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>A domain that runs on placement.hostName already, made by xl, and that this Domain takes over as it runs. Both fields must be right, or nothing is done.</summary>
public sealed record AdoptSpec
{
    public const int MaximumNameLength = 255;

    public const string UuidPattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

    /// <summary>Its name in xl list.</summary>
    [Length(1, MaximumNameLength)]
    public required string Name { get; init; }

    /// <summary>Its UUID in xl list -v (xl vm-list), in lower case.</summary>
    [Pattern(UuidPattern)]
    public required string Uuid { get; init; }
}
