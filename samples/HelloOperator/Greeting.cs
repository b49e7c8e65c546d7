using System.Text.Json.Serialization;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;

namespace HelloOperator;

/// <summary>A kind of one's own: greeting.yaml is its CustomResourceDefinition.</summary>
internal sealed record Greeting : CustomKubernetesEntity<GreetingSpec, GreetingStatus>, IResource<Greeting>
{
    public static ResourceDefinition<Greeting> Definition { get; } = new()
    {
        Group = "samples.reconciler.dev",
        Version = "v1",
        Kind = "Greeting",
        Plural = "greetings",
        JsonTypeInfo = GreetingJsonContext.Instance.Greeting,
    };
}

/// <summary>What the user asks for.</summary>
internal sealed record GreetingSpec
{
    /// <summary>Whom to greet.</summary>
    public string? Who { get; init; }
}

/// <summary>What the controller answers.</summary>
internal sealed record GreetingStatus
{
    /// <summary>The greeting.</summary>
    public string? Message { get; init; }
}

[JsonSerializable(typeof(Greeting))]
internal sealed partial class GreetingJsonContext : JsonSerializerContext
{
    internal static GreetingJsonContext Instance { get; } = new(KubernetesJson.CreateOptions());
}
