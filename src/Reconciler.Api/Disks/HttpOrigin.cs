using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Disks;

/// <summary>A file that is fetched over HTTP, by the agent of the host.</summary>
public sealed record HttpOrigin
{
    public const int MaximumUrlLength = 2048;

    internal const string UrlPattern = @"^https?://[^\s\x00-\x1f]+$";

    internal const string Sha256Pattern = "^[0-9a-f]{64}$";

    /// <summary>Where the image is: http:// or https://.</summary>
    [Length(8, MaximumUrlLength)]
    [Pattern(UrlPattern)]
    public required string Url { get; init; }

    /// <summary>The SHA-256 of the file at url, 64 lower-case hexadecimal digits: what sha256sum prints. Nothing else is let in.</summary>
    [Length(64, 64)]
    [Pattern(Sha256Pattern)]
    public required string Sha256 { get; init; }
}
