namespace Reconciler.Kubernetes.Schema;

/// <summary>A regular expression (RE2, anchored by itself) that a string must match; of a list, each of its strings.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string pattern) : Attribute
{
    /// <summary>A regular expression (RE2).</summary>
    public string Pattern { get; } = pattern;
}
