namespace Reconciler.Kubernetes.Config;

/// <summary>The way to the API server is configured wrong: the message names file, field, value and remedy.</summary>
public sealed class KubernetesConfigException(string message, Exception? innerException = null) : Exception(message, innerException);
