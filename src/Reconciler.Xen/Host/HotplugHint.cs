namespace Reconciler.Xen.Host;

/// <summary>
/// What a guest's tools say in <c>feature/hotplug/vbd</c> and <c>feature/hotplug/vif</c> (XenServer's drivers do): 1, it takes and gives such devices
/// while it runs; 0, it does not. Most guests say nothing. A guest writes it, so it explains a wait and decides nothing.
/// </summary>
public readonly record struct HotplugHint(bool? Vbd, bool? Vif)
{
    public bool? Of(DeviceKind kind) => kind is DeviceKind.Vbd ? Vbd : Vif;

    /// <param name="vbd">What is in the first node; null: there is none.</param>
    /// <param name="vif">What is in the second.</param>
    public static HotplugHint Parse(string? vbd, string? vif)
    {
        return new(Of(vbd), Of(vif));

        static bool? Of(string? value) => value switch { "1" => true, "0" => false, _ => null };
    }
}
