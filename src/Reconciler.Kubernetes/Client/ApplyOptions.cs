namespace Reconciler.Kubernetes.Client;

/// <summary>Options of a server-side apply.</summary>
/// <param name="FieldManager">Who owns the fields: "reconciler-agent".</param>
/// <param name="Force">Take over fields that another manager owns. True for controllers and their own fields.</param>
public sealed record ApplyOptions(string FieldManager, bool Force = true);
