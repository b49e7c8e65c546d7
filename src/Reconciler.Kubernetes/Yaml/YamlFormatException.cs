namespace Reconciler.Kubernetes.Yaml;

/// <summary>A text is not the one YAML document that was expected.</summary>
public sealed class YamlFormatException(YamlError error, Exception? innerException = null)
    : Exception(error.ToString(), innerException)
{
    /// <summary>Where, and what.</summary>
    public YamlError Error { get; } = error;
}
