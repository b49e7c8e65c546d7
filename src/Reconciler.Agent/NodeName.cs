namespace Reconciler.Agent;

/// <summary>The name of this host: of its node, its XenHost, and the label of what it holds.</summary>
internal sealed record NodeName(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
