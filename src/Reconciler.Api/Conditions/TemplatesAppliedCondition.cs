using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Conditions;

/// <summary>
/// Whether the VBDs and VIFs of the Domain's templates are there as the templates say. Only on a Domain that has templates, or had some.
/// Written by the operator (by the agent, where it runs without Kubernetes).
/// </summary>
[ConditionOf(typeof(Domain))]
public static class TemplatesAppliedCondition
{
    public const string Type = "TemplatesApplied";

    /// <summary>True: each template has its object, and no object is left of a template that was taken out.</summary>
    public const string Applied = "Applied";

    /// <summary>False: an object has the name of one that a template asks for, and is not the Domain's. It is not touched; rename it, or take the template out.</summary>
    public const string NameTaken = "NameTaken";

    /// <summary>False: the object of a template that was taken out is still being detached.</summary>
    public const string Removing = "Removing";

    /// <summary>False: the API server refused an object; the message says why.</summary>
    public const string Refused = "Refused";
}
