using System.Globalization;

namespace Reconciler.Scale.Soak;

/// <summary>What Ready of an object was seen to become.</summary>
internal sealed record ReadyChange(double At, string Kind, string Name, string Status, string Reason)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At:0.0} {Kind} {Name} {Status} {Reason}");
}
