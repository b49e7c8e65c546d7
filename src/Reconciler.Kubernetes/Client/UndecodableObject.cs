namespace Reconciler.Kubernetes.Client;

/// <summary>An object that the server sent and that this build can't read.</summary>
/// <param name="Namespace">As far as it could be told.</param>
/// <param name="Name">As far as it could be told.</param>
/// <param name="Error">Field and reason.</param>
public sealed record UndecodableObject(string? Namespace, string? Name, string Error);
