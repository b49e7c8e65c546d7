namespace Reconciler.Kubernetes.Schema;

/// <summary>Inclusive bounds of an integer.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(long minimum, long maximum = long.MaxValue) : Attribute
{
    /// <summary>The least value.</summary>
    public long Minimum { get; } = minimum;

    /// <summary><see cref="long.MaxValue"/>: none.</summary>
    public long Maximum { get; } = maximum;
}
