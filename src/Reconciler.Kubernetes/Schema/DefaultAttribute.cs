namespace Reconciler.Kubernetes.Schema;

/// <summary>The static default, set by the API server: a scalar, an enum member, or "{}" for an object whose fields have defaults.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute(object value) : Attribute
{
    /// <summary>An empty object, filled in by the defaults of its fields.</summary>
    public const string EmptyObject = "{}";

    /// <summary>As it is written in JSON.</summary>
    public object Value { get; } = value;
}
