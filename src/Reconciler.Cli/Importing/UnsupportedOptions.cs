using System.Collections.Frozen;
using Reconciler.Cli.Importing.XlConfiguration;

namespace Reconciler.Cli.Importing;

/// <summary>The options of xl.cfg(5) that no field stands for: what is lost with each, and what to do about it.</summary>
internal static class UnsupportedOptions
{
    private const string Unknown = "not an option of xl.cfg(5) that is known here. Look for a misspelling: xl says nothing of one either";
    private const string Pinning = "virtual CPUs can't be pinned. Let Xen's scheduler choose, or pin them after each start with xl vcpu-pin";
    private const string Scheduler = "parameters of the scheduler can't be set. Set them after each start with xl sched-credit2 or xl sched-credit";
    private const string Pci = "there is no PCI passthrough. Keep a guest that needs the device with xl";
    private const string Usb = "there is no USB passthrough. Keep a guest that needs the device with xl";
    private const string Graphics = "there is no graphical console. Use the text console: console=hvc0 on the kernel's command line, xl console on the host; or a remote desktop in the guest";
    private const string Emulation = "it is about emulated hardware, of which PV and PVH have none. Remove it";
    private const string Device = "there is no such device. Leave it out if the guest can do without it, or keep the guest with xl";
    private const string Security = "XSM labels can't be given. Keep a guest that needs one with xl";
    private const string Limits = "limits of the grant tables can't be set: the guest has those of the host. Raise them there (gnttab_max_frames on the command line of Xen)";
    private const string Cpu = "what the guest sees of its CPUs and of its time can't be changed. Remove it if the guest can do without it, or keep the guest with xl";
    private const string Shim = "the PV shim is not used. Give the guest a kernel that boots as PVH (Linux 4.20 or newer), or the type pv";
    private const string Numa = "virtual NUMA nodes and placement on those of the host can't be set. Remove it: Xen chooses";
    private const string Arm = "it is about guests on ARM, which there are none of. Remove it";
    private const string Loader = "there is no boot loader: the kernel is a file of the host. Set kernel, ramdisk and cmdline";
    private const string Hardware = "ports, interrupts and memory of the host can't be given to a guest. Keep a guest that needs them with xl";

    private static readonly FrozenDictionary<string, string> Advice = new (string Names, string Advice)[]
    {
        ("uuid", "the UUID of a domain is the uid of its object, which the API server gives. Tell it to what knows the guest by its UUID: kubectl get domain NAME -o jsonpath={.metadata.uid}"),
        ("cpus cpus_soft", Pinning),
        ("pool", "CPU pools can't be chosen. Move the domain after each start with xl cpupool-migrate"),
        ("cpu_weight cap period slice latency extratime", Scheduler),
        ("pci pci_msitranslate pci_power_mgmt pci_permissive pci_seize pci_hotplug rdm rdm_mem_boundary gfx_passthru passthrough", Pci),
        ("usb usbctrl usbdev usbdevice usbversion", Usb),
        ("vfb vnc vnclisten vncdisplay vncunused vncpasswd vncconsole sdl opengl display xauthority keymap nographic stdvga vga videoram vkb vdispl", Graphics),
        ("spice spicehost spiceport spicetls_port spicedisable_ticketing spicepasswd spiceagent_mouse spicevdagent spice_clipboard_sharing spiceusbredirection spice_image_compression spice_streaming_video", Graphics),
        ("device_model device_model_version device_model_override device_model_stubdomain_override device_model_stubdomain_seclabel device_model_args device_model_args_pv device_model_args_hvm device_model_user", "no device model is chosen: QEMU is started only where a Qcow2 disk needs it. Remove it"),
        ("stubdomain_memory stubdomain_kernel stubdomain_cmdline stubdomain_ramdisk", Emulation),
        ("boot bios bios_path_override firmware firmware_override pae acpi acpi_s3 acpi_s4 acpi_firmware apic hpet smbios smbios_firmware soundhw parallel xen_platform_pci acpi_laptop_slate mca_caps viridian ms_vm_genid hdtype nestedhvm assisted_xapic assisted_x2apic", Emulation),
        ("serial", "there is no serial port. Put console=hvc0 on the kernel's command line"),
        ("hap oos shadow_memory altp2m altp2mhvm vmtrace_buf_kb vpmu", Cpu),
        ("cpuid msr_relaxed tsc_mode localtime rtc_timeoffset timer_mode vpt_align nomigrate", Cpu),
        ("vtpm tpm channel p9 vsnd pvcalls virtio", Device),
        ("ioports irqs iomem dtdev e820_host", Hardware),
        ("vnuma", Numa),
        ("seclabel init_seclabel", Security),
        ("max_grant_frames max_maptrack_frames max_grant_version max_event_channels", Limits),
        ("pvshim pvshim_path pvshim_cmdline pvshim_extra", Shim),
        ("bootloader bootloader_args", Loader),
        ("device_tree gic_version vuart nr_spis sve arm_sci llc_colors", Arm),
        ("driver_domain", "a driver domain can't be made: backends are in dom0. Keep this guest with xl"),
        ("claim_mode", "memory is reserved when a host is chosen. Remove it"),
        ("on_xend_start on_xend_stop", "xl has no such option, it is from xend. Look at spec.onHostStart and spec.onHostStop"),
        ("dhcp ip netmask gateway hostname nfs_server nfs_root", "xl has no such option, it is from xend. Put ip= or nfsroot= on the kernel's command line"),
        ("pvh", "since Xen 4.10 type = \"pvh\" says so. Write that"),
        ("xend_suspend_evtchn_compat", "domains are not migrated or suspended. Remove it"),
        ("features", "features of PV kernels can't be demanded. Remove it: Xen refuses a kernel that does not fit"),
    }.SelectMany(entry => entry.Names.Split(' ').Select(name => KeyValuePair.Create(name, entry.Advice))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Those that switch on what is otherwise off: 0 loses nothing.</summary>
    private static readonly FrozenSet<string> Switches =
    [
        "pci_msitranslate", "pci_power_mgmt", "pci_permissive", "pci_seize", "gfx_passthru", "usb", "vnc", "sdl", "opengl", "stdvga", "spice", "localtime", "nestedhvm",
        "altp2m", "altp2mhvm", "vpmu", "viridian", "pvshim", "driver_domain", "e820_host", "nomigrate", "rtc_timeoffset", "pvh", "cap", "nographic", "oos", "device_model_stubdomain_override",
    ];

    /// <summary>What is lost with an option, and what to do; null when nothing is: it is empty, or switches off what is off.</summary>
    public static string? Find(XlAssignment option)
    {
        if (option.Value.IsEmpty || (Switches.Contains(option.Name) && option.Value.TryNumber(out var number) && number == 0)) return null;
        return Advice.GetValueOrDefault(option.Name, Unknown);
    }
}
