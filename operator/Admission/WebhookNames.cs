namespace Reconciler.Operator.Admission;

/// <summary>What the manifests and the operator have to agree on.</summary>
internal static class WebhookNames
{
    /// <summary>The ValidatingWebhookConfiguration, whose caBundle the operator writes.</summary>
    public const string Configuration = "reconciler";

    /// <summary>The Service in front of the operator's pods.</summary>
    public const string Service = "reconciler-webhook";

    /// <summary>The Secret of the serving certificate, in the operator's namespace; the operator makes it.</summary>
    public const string Secret = "reconciler-webhook";
}
