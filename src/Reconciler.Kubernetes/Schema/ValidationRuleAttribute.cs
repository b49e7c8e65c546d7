namespace Reconciler.Kubernetes.Schema;

/// <summary>A CEL rule (x-kubernetes-validations, API server 1.25 and newer), on a type or a property.</summary>
/// <param name="rule">The expression; <c>self</c> is the value.</param>
/// <param name="message">What is wrong and how to mend it.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    public string Rule { get; } = rule;

    public string Message { get; } = message;
}
