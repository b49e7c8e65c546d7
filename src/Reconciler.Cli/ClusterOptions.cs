using System.CommandLine;
using Reconciler.Kubernetes.Config;

namespace Reconciler.Cli;

/// <summary>Which cluster a command is about, and which namespace of it. kubectl hands none of its own options to a plugin, so these are named as its.</summary>
internal sealed class ClusterOptions
{
    public Option<string?> Kubeconfig { get; } = new("--kubeconfig")
    {
        Description = "The kubeconfig file. Not given: KUBECONFIG, ~/.kube/config, or the pod's service account, the first that there is.",
        Recursive = true,
    };

    public Option<string?> Context { get; } = new("--context")
    {
        Description = "The context of the kubeconfig. Not given: its current one.",
        Recursive = true,
    };

    public Option<string?> Namespace { get; } = new("--namespace", "-n")
    {
        Description = "The namespace of what is named without one. Not given: that of the context, or default.",
        Recursive = true,
    };

    /// <summary>The way to the API server that the options ask for.</summary>
    /// <exception cref="KubernetesConfigException">There is none, or it is wrong.</exception>
    public KubernetesConfig Load(ParseResult result) => KubernetesConfig.Load(result.GetValue(Kubeconfig), result.GetValue(Context));

    /// <summary>The namespace that the options ask for.</summary>
    public string NamespaceOf(ParseResult result, KubernetesConfig config) => result.GetValue(Namespace) ?? config.Namespace ?? "default";
}
