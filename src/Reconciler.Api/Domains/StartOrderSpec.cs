using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Domains;

/// <summary>The turn of a domain among those of its host, when the host starts; when it stops, the other way round.</summary>
/// <remarks>As xapi's <c>order</c> and <c>start_delay</c> (xen-api, ocaml/idl/datamodel_vm.ml), with one delay for both directions.</remarks>
public sealed record StartOrderSpec
{
    public const int MinimumOrder = -1000;
    public const int MaximumOrder = 1000;
    public const int MaximumDelaySeconds = 3600;

    /// <summary>
    /// Domains of a lower order are started before those of a higher one, and shut down after them; -1000 to 1000. Those of one order are
    /// started, and shut down, side by side.
    /// </summary>
    [Default(0)]
    [Range(MinimumOrder, MaximumOrder)]
    public int? Order { get; init; }

    /// <summary>
    /// How long the next order waits after this domain was started (and, when the host stops, after it is down), seconds, 0 to 3600.
    /// </summary>
    [Default(0)]
    [Range(0, MaximumDelaySeconds)]
    public int? DelaySeconds { get; init; }
}
