namespace Reconciler.Kubernetes.Config;

/// <summary>How a call says who makes it. Compared by reference: a refreshed one is another one.</summary>
internal sealed class Credential
{
    internal static Credential Anonymous { get; } = new();

    /// <summary>The value of the Authorization header: "Bearer ...".</summary>
    internal string? Authorization { get; init; }

    internal ClientCertificate? Certificate { get; init; }
}
