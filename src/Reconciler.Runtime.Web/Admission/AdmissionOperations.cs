namespace Reconciler.Runtime.Web.Admission;

/// <summary>What is being done with an object.</summary>
[Flags]
public enum AdmissionOperations
{
    None = 0,
    Create = 1 << 0,
    Update = 1 << 1,
    Delete = 1 << 2,
}
