namespace Reconciler.Kubernetes.Client;

/// <summary>Options of a server-side apply.</summary>
/// <param name="FieldManager">
/// Who owns the fields: "reconciler-agent". Use one for the object and another for its status: API servers before 1.22 keep one set of
/// fields for both, and an apply to one of them gives up what was owned in the other (seen on 1.20.2).
/// </param>
/// <param name="Force">Take over fields that another manager owns. True for controllers and their own fields.</param>
public sealed record ApplyOptions(string FieldManager, bool Force = true);
