namespace Reconciler.Kubernetes.Schema;

/// <summary>Inclusive bounds of a string's length, or of a list's number of items.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute(int minimum, int maximum = int.MaxValue) : Attribute
{
    /// <summary>Fewest characters.</summary>
    public int Minimum { get; } = minimum;

    /// <summary><see cref="int.MaxValue"/>: none.</summary>
    public int Maximum { get; } = maximum;
}
