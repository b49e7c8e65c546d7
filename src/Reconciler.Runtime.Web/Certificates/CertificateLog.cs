using Microsoft.Extensions.Logging;

namespace Reconciler.Runtime.Web.Certificates;

internal static partial class CertificateLog
{
    [LoggerMessage(1, LogLevel.Information, "Serving the certificate {Thumbprint} of {Source}, good until {NotAfter:u}")]
    public static partial void Loaded(ILogger logger, string source, string thumbprint, DateTime notAfter);

    [LoggerMessage(2, LogLevel.Warning, "{Source} gives no serving certificate: {Problem}. What was served before is served on")]
    public static partial void NotLoaded(ILogger logger, string source, string problem);

    [LoggerMessage(3, LogLevel.Information, "A new serving certificate for Secret {Secret}: {Reason}")]
    public static partial void Issuing(ILogger logger, string secret, string reason);

    [LoggerMessage(4, LogLevel.Warning, "The serving certificate in Secret {Secret} is damaged and is made anew: {Reason}")]
    public static partial void Damaged(ILogger logger, string secret, string reason);

    [LoggerMessage(5, LogLevel.Information, "ValidatingWebhookConfiguration {Name} trusts {Count} authorities of ours")]
    public static partial void Trusted(ILogger logger, string name, int count);

    [LoggerMessage(6, LogLevel.Warning, "There is no ValidatingWebhookConfiguration {Name}: the API server calls no webhook of ours")]
    public static partial void NoConfiguration(ILogger logger, string name);
}
