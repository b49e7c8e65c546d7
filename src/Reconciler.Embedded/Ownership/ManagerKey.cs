namespace Reconciler.Embedded.Ownership;

/// <summary>Who owns fields: managedFields has one entry for each.</summary>
/// <param name="Manager">"reconciler-agent".</param>
/// <param name="Operation">"Apply" (server-side apply) or "Update" (everything else).</param>
/// <param name="Subresource">"status", or empty.</param>
internal readonly record struct ManagerKey(string Manager, string Operation, string Subresource)
{
    public const string Apply = "Apply";
    public const string Update = "Update";
}
