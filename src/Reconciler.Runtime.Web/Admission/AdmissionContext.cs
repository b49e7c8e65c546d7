namespace Reconciler.Runtime.Web.Admission;

/// <summary>Who asks for what, beside the objects themselves.</summary>
public sealed record AdmissionContext
{
    /// <summary>Of this request, not of the object.</summary>
    public required string Uid { get; init; }

    public required AdmissionOperations Operation { get; init; }

    /// <summary>Empty where the server is to generate it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Nothing will be stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public AdmissionUser User { get; init; } = new();
}
