using System.Globalization;

namespace Reconciler.Xen.Light.Signals;

/// <summary>What a changed path says of a device (xenstore-paths(7)).</summary>
internal static class DevicePath
{
    /// <summary>
    /// The domain of <c>/local/domain/0/backend/KIND/DOMID/...</c> for a disk or a NIC; null for any other path.
    /// </summary>
    public static int? DomidOfBackend(string path) =>
        path.Split('/') is ["", "local", "domain", "0", "backend", "vbd" or "qdisk" or "vif", var domid, ..]
        && int.TryParse(domid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>
    /// Whether it is <c>/local/domain/DOMID/device/KIND/DEVID/state</c> of a disk or a NIC, or one of the directories on the way, which
    /// come and go with it. All else there is for the two drivers to agree on.
    /// </summary>
    public static bool IsFrontendState(string path) => path.Split('/') switch
    {
        ["", "local", "domain", _, "device", "vbd" or "vif", _, "state"] => true,
        ["", "local", "domain", _, "device", "vbd" or "vif", _] => true,
        ["", "local", "domain", _, "device", "vbd" or "vif"] => true,
        ["", "local", "domain", _, "device"] => true,
        _ => false,
    };
}
