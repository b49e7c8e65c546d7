namespace Reconciler.Kubernetes.Schema;

/// <summary>A column of <c>kubectl get</c>, in the order of declaration.</summary>
/// <param name="name">The heading.</param>
/// <param name="type">OpenAPI type: string, integer, boolean, date.</param>
/// <param name="jsonPath">".status.host".</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>The heading: "HOST".</summary>
    public string Name { get; } = name;

    /// <summary>"string", "integer", "date", ...</summary>
    public string Type { get; } = type;

    /// <summary>Where the value is: ".status.host".</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>0: always shown; 1: with <c>-o wide</c>.</summary>
    public int Priority { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }
}
