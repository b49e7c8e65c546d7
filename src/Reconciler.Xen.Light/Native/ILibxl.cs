using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Native;

/// <summary>libxl as the worker's operations see it. Every failure is a <see cref="LibxlException"/>.</summary>
internal interface ILibxl
{
    /// <summary><c>libxl_physinfo</c> as JSON.</summary>
    string Physinfo();

    /// <summary>The NUMA nodes, by number; empty if the library does not tell, or not as it is understood here.</summary>
    IReadOnlyList<NumaNode> NumaNodes();

    /// <summary><c>libxl_version_info</c> as JSON.</summary>
    string VersionInfo();

    /// <summary>Every domain but domain 0 and stub domains.</summary>
    IReadOnlyList<VmId> ListVms();

    /// <summary><c>libxl_dominfo</c> as JSON; null if there is no such domain.</summary>
    string? DomainInfo(int domid);

    /// <summary>The domain that has this name in xenstore, dying ones included; null if none has.</summary>
    int? DomidOfName(string name);

    /// <summary>The <c>libxl_domain_config</c> of a domain as JSON, as it is now, whoever made it.</summary>
    string Configuration(int domid);

    /// <summary>What of a <c>libxl_domain_config</c> is left after libxl has read it.</summary>
    /// <returns>Null if libxl refused to read it.</returns>
    /// <param name="configuration">The JSON to be read.</param>
    /// <param name="quiet">Its refusal is expected and not worth a message.</param>
    string? ReadBack(string configuration, bool quiet);

    /// <summary>Creates the domain, paused.</summary>
    int Create(string configuration);

    void Unpause(int domid);

    void Pause(int domid);

    /// <summary>Writes the request to power off, and does not wait for the guest to take it. False: the guest has no way to see it.</summary>
    bool RequestPoweroff(int domid);

    /// <summary>Presses the ACPI power button.</summary>
    void PressPowerButton(int domid);

    void Destroy(int domid);

    /// <summary>What of a <c>libxl_device_disk</c> or <c>libxl_device_nic</c> is left after libxl has read it; see <see cref="ReadBack(string, bool)"/>.</summary>
    string? ReadBack(DeviceKind kind, string configuration, bool quiet);

    /// <summary>Attaches a device: when this returns, its backend is ready and its hotplug script has run.</summary>
    void AddDevice(DeviceKind kind, int domid, string configuration);

    /// <summary>Removes a device, and lets its hotplug script undo what it has set up.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="domid">Its domain.</param>
    /// <param name="configuration">The device, as it was attached.</param>
    /// <param name="force">
    /// The guest's end is taken away first. Otherwise libxl waits for the guest, and forces as well after 10 s; so it is for a backend that
    /// is closed, where there is nothing to wait for. (<c>libxl_device_disk_safe_remove</c>, which never forces, is not in 4.14, and NICs
    /// have none.)
    /// </param>
    void RemoveDevice(DeviceKind kind, int domid, string configuration, bool force);

    /// <summary>The userdata that we keep with a domain; null if there is none.</summary>
    byte[]? ReadUserdata(int domid);

    /// <summary>Whether libvirt keeps its own with a domain: it made it, waits for its end and acts on it.</summary>
    bool IsLibvirts(int domid);

    void WriteUserdata(int domid, ReadOnlySpan<byte> data);

    /// <summary>Opens its connections anew: one that broke (xenstored restarted) stays broken otherwise.</summary>
    void Reopen();
}
