namespace Reconciler.Kubernetes.Yaml;

/// <summary>Why a document can't be read, and where.</summary>
/// <param name="Location">Where the reader noticed it.</param>
/// <param name="Reason">A phrase for people, without the place.</param>
public sealed record YamlError(YamlLocation Location, string Reason)
{
    /// <summary>"line 3, column 5: reason".</summary>
    public override string ToString() => $"{Location}: {Reason}";
}
