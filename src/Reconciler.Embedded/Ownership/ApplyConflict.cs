namespace Reconciler.Embedded.Ownership;

/// <summary>Fields that another manager owns and that an apply would change.</summary>
internal sealed record ApplyConflict(string Manager, FieldSet Fields);
