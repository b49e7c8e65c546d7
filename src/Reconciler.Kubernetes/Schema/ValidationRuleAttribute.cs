namespace Reconciler.Kubernetes.Schema;

/// <summary>A CEL rule (x-kubernetes-validations, API server 1.25 and newer), on a type or a property.</summary>
/// <param name="rule">The expression; <c>self</c> is the value.</param>
/// <param name="message">What is wrong and how to mend it.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>A CEL expression; true where the object is valid.</summary>
    public string Rule { get; } = rule;

    /// <summary>What a user is told.</summary>
    public string Message { get; } = message;
}
