namespace Reconciler.Kubernetes.Config;

/// <summary>What the choice of a configuration depends on outside of its files.</summary>
internal sealed record ConfigEnvironment(Func<string, string?> GetVariable, string Home, string ServiceAccountDirectory, TimeProvider Time)
{
    internal static ConfigEnvironment Process => new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount",
        TimeProvider.System);
}
