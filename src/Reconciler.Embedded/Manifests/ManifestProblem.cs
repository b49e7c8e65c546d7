namespace Reconciler.Embedded.Manifests;

/// <summary>Something about the manifests that a user has to mend.</summary>
/// <param name="File">The file's name in its directory, or the directory itself.</param>
/// <param name="Line">From 1; null when it is about the whole file.</param>
/// <param name="Object">"Domain default/web", as far as it is known.</param>
/// <param name="Message">What is wrong.</param>
public sealed record ManifestProblem(string File, int? Line, string? Object, string Message)
{
    /// <summary>"web.yaml:12: Domain default/web: spec.memory.size: ...", as compilers write it.</summary>
    public override string ToString() => $"{File}{(Line is { } line ? $":{line}" : "")}: {(Object is null ? "" : $"{Object}: ")}{Message}";
}
