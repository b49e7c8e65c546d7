namespace Reconciler.Kubernetes.Config;

/// <summary>Act as somebody else (as, as-uid, as-groups, as-user-extra of a kubeconfig user).</summary>
internal sealed record Impersonation
{
    internal required string User { get; init; }

    internal string? Uid { get; init; }

    internal IReadOnlyList<string> Groups { get; init; } = [];

    internal IReadOnlyList<KeyValuePair<string, string>> Extra { get; init; } = [];

    /// <summary>The request headers. Keys of extras are percent-encoded, as header names can't hold everything.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Headers()
    {
        yield return new("Impersonate-User", User);
        if (Uid is not null) yield return new("Impersonate-Uid", Uid);
        foreach (var group in Groups) yield return new("Impersonate-Group", group);
        foreach (var (key, value) in Extra) yield return new($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
    }
}
