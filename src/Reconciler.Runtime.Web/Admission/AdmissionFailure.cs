namespace Reconciler.Runtime.Web.Admission;

/// <summary>What is answered when a validator breaks or takes too long.</summary>
public enum AdmissionFailure
{
    /// <summary>The request passes, with a warning that it was not checked. For where the object is checked again before anything acts on it.</summary>
    Allow,

    /// <summary>The request is refused; the message says that the fault is ours.</summary>
    Deny,
}
