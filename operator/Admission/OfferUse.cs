using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Admission;

/// <summary>What is said to the one who deletes a pool or network that is used: it is allowed, and waits.</summary>
internal static class OfferUse
{
    public static AdmissionResult OnDelete(string kind, string name, int? users, string device) => users is > 0
        ? AdmissionResult.Allow($"{users} {device}{(users == 1 ? " uses" : "s use")} {kind} {name}: it takes no more, and goes when they are gone. Its condition Ready names them.")
        : AdmissionResult.Allow();
}
