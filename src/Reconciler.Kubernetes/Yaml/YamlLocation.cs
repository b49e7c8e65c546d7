namespace Reconciler.Kubernetes.Yaml;

/// <summary>A place in a YAML text.</summary>
/// <param name="Line">From 1, counted in the whole text, not in its document.</param>
/// <param name="Column">From 1.</param>
public readonly record struct YamlLocation(int Line, int Column)
{
    /// <summary>"line 3, column 5".</summary>
    public override string ToString() => $"line {Line}, column {Column}";
}
