using System.Runtime.InteropServices;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Native;

/// <summary>
/// Every function of libxenlight that this project calls, by address. Prototypes: libxl.h, libxl_event.h, libxl_utils.h; all are the same
/// from 4.14 to 4.20. Structures are pointers to an <see cref="OpaqueBuffer"/>; "how" is <c>libxl_asyncop_how</c>, null for a call that
/// returns when it is done.
/// </summary>
internal sealed unsafe class LibxlFunctions
{
    // int (libxl_ctx **, int version, unsigned flags, xentoollog_logger *)
    public readonly delegate* unmanaged<nint*, int, uint, nint, int> CtxAlloc;
    public readonly delegate* unmanaged<nint, int> CtxFree;

    // void (libxl_ctx *, const libxl_childproc_hooks *, void *user)
    public readonly delegate* unmanaged<nint, nint, nint, void> ChildprocSetmode;
    public readonly delegate* unmanaged<nint, void> ChildprocSigchldOccurred;

    // void (libxl_ctx *, const libxl_event_hooks *, void *user)
    public readonly delegate* unmanaged<nint, nint, nint, void> EventRegisterCallbacks;

    public readonly delegate* unmanaged<nint, void> PhysinfoInit;
    public readonly delegate* unmanaged<nint, void> PhysinfoDispose;
    public readonly delegate* unmanaged<nint, nint, int> GetPhysinfo;
    public readonly delegate* unmanaged<nint, nint, nint> PhysinfoToJson;

    // libxl_numainfo *(libxl_ctx *, int *count)
    public readonly delegate* unmanaged<nint, int*, nint> GetNumainfo;
    public readonly delegate* unmanaged<nint, int, void> NumainfoListFree;
    public readonly delegate* unmanaged<nint, void> BitmapInit;
    public readonly delegate* unmanaged<nint, void> BitmapDispose;

    // int (const libxl_bitmap *)
    public readonly delegate* unmanaged<nint, int> BitmapCountSet;

    // int (libxl_ctx *, libxl_bitmap *cpumap, int max_cpus)
    public readonly delegate* unmanaged<nint, nint, int, int> CpuBitmapAlloc;

    // int (libxl_ctx *, int node, libxl_bitmap *cpumap)
    public readonly delegate* unmanaged<nint, int, nint, int> NodeToCpumap;
    public readonly delegate* unmanaged<nint, nint> GetVersionInfo;
    public readonly delegate* unmanaged<nint, nint, nint> VersionInfoToJson;

    public readonly delegate* unmanaged<nint, void> DomainConfigInit;
    public readonly delegate* unmanaged<nint, void> DomainConfigDispose;
    public readonly delegate* unmanaged<nint, nint, byte*, int> DomainConfigFromJson;
    public readonly delegate* unmanaged<nint, nint, nint> DomainConfigToJson;

    // libxl_vminfo *(libxl_ctx *, int *count)
    public readonly delegate* unmanaged<nint, int*, nint> ListVm;
    public readonly delegate* unmanaged<nint, int, void> VminfoListFree;
    public readonly delegate* unmanaged<nint, void> DominfoInit;
    public readonly delegate* unmanaged<nint, void> DominfoDispose;
    public readonly delegate* unmanaged<nint, nint, uint, int> DomainInfo;
    public readonly delegate* unmanaged<nint, nint, nint> DominfoToJson;

    // int (libxl_ctx *, const char *name, uint32_t *domid)
    public readonly delegate* unmanaged<nint, byte*, uint*, int> NameToDomid;

    // int (libxl_ctx *, uint32_t domid, libxl_domain_config *, how); without "how" before 4.13
    public readonly delegate* unmanaged<nint, uint, nint, nint, int> RetrieveDomainConfiguration;

    // int (libxl_ctx *, libxl_domain_config *, uint32_t *domid, how, progress how)
    public readonly delegate* unmanaged<nint, nint, uint*, nint, nint, int> DomainCreateNew;
    public readonly delegate* unmanaged<nint, uint, nint, int> DomainUnpause;
    public readonly delegate* unmanaged<nint, uint, nint, int> DomainPause;
    public readonly delegate* unmanaged<nint, uint, nint, int> DomainShutdown;
    public readonly delegate* unmanaged<nint, uint, nint, int> DomainDestroy;

    // int (libxl_ctx *, uint32_t domid, libxl_trigger, uint32_t vcpuid, how)
    public readonly delegate* unmanaged<nint, uint, int, uint, nint, int> SendTrigger;

    // int (libxl_ctx *, how)
    public readonly delegate* unmanaged<nint, nint, int> AoAbort;

    // int (libxl_ctx *, uint32_t domid, const char *userid, const uint8_t *data, int length)
    public readonly delegate* unmanaged<nint, uint, byte*, byte*, int, int> UserdataStore;

    // int (libxl_ctx *, uint32_t domid, const char *userid, uint8_t **data, int *length)
    public readonly delegate* unmanaged<nint, uint, byte*, nint*, int*, int> UserdataRetrieve;

    public readonly LibxlDeviceFunctions Disk;
    public readonly LibxlDeviceFunctions Nic;

    /// <exception cref="XenException"><see cref="XenErrorCode.Unavailable"/>: the library lacks one of the functions.</exception>
    public LibxlFunctions(nint library, string soname)
    {
        nint Address(string function) => NativeLibrary.TryGetExport(library, function, out nint address)
            ? address
            : throw new XenException(XenErrorCode.Unavailable, "libxenlight", $"{soname} has no function {function}: it is not a libxenlight of {LibxlLibrary.KnownVersions}. " + LibxlLibrary.Remedy);

        CtxAlloc = (delegate* unmanaged<nint*, int, uint, nint, int>)Address("libxl_ctx_alloc");
        CtxFree = (delegate* unmanaged<nint, int>)Address("libxl_ctx_free");
        ChildprocSetmode = (delegate* unmanaged<nint, nint, nint, void>)Address("libxl_childproc_setmode");
        ChildprocSigchldOccurred = (delegate* unmanaged<nint, void>)Address("libxl_childproc_sigchld_occurred");
        EventRegisterCallbacks = (delegate* unmanaged<nint, nint, nint, void>)Address("libxl_event_register_callbacks");
        PhysinfoInit = (delegate* unmanaged<nint, void>)Address("libxl_physinfo_init");
        PhysinfoDispose = (delegate* unmanaged<nint, void>)Address("libxl_physinfo_dispose");
        GetPhysinfo = (delegate* unmanaged<nint, nint, int>)Address("libxl_get_physinfo");
        PhysinfoToJson = (delegate* unmanaged<nint, nint, nint>)Address("libxl_physinfo_to_json");
        GetNumainfo = (delegate* unmanaged<nint, int*, nint>)Address("libxl_get_numainfo");
        NumainfoListFree = (delegate* unmanaged<nint, int, void>)Address("libxl_numainfo_list_free");
        BitmapInit = (delegate* unmanaged<nint, void>)Address("libxl_bitmap_init");
        BitmapDispose = (delegate* unmanaged<nint, void>)Address("libxl_bitmap_dispose");
        BitmapCountSet = (delegate* unmanaged<nint, int>)Address("libxl_bitmap_count_set");
        CpuBitmapAlloc = (delegate* unmanaged<nint, nint, int, int>)Address("libxl_cpu_bitmap_alloc");
        NodeToCpumap = (delegate* unmanaged<nint, int, nint, int>)Address("libxl_node_to_cpumap");
        GetVersionInfo = (delegate* unmanaged<nint, nint>)Address("libxl_get_version_info");
        VersionInfoToJson = (delegate* unmanaged<nint, nint, nint>)Address("libxl_version_info_to_json");
        DomainConfigInit = (delegate* unmanaged<nint, void>)Address("libxl_domain_config_init");
        DomainConfigDispose = (delegate* unmanaged<nint, void>)Address("libxl_domain_config_dispose");
        DomainConfigFromJson = (delegate* unmanaged<nint, nint, byte*, int>)Address("libxl_domain_config_from_json");
        DomainConfigToJson = (delegate* unmanaged<nint, nint, nint>)Address("libxl_domain_config_to_json");
        ListVm = (delegate* unmanaged<nint, int*, nint>)Address("libxl_list_vm");
        VminfoListFree = (delegate* unmanaged<nint, int, void>)Address("libxl_vminfo_list_free");
        DominfoInit = (delegate* unmanaged<nint, void>)Address("libxl_dominfo_init");
        DominfoDispose = (delegate* unmanaged<nint, void>)Address("libxl_dominfo_dispose");
        DomainInfo = (delegate* unmanaged<nint, nint, uint, int>)Address("libxl_domain_info");
        DominfoToJson = (delegate* unmanaged<nint, nint, nint>)Address("libxl_dominfo_to_json");
        NameToDomid = (delegate* unmanaged<nint, byte*, uint*, int>)Address("libxl_name_to_domid");
        RetrieveDomainConfiguration = (delegate* unmanaged<nint, uint, nint, nint, int>)Address("libxl_retrieve_domain_configuration");
        DomainCreateNew = (delegate* unmanaged<nint, nint, uint*, nint, nint, int>)Address("libxl_domain_create_new");
        DomainUnpause = (delegate* unmanaged<nint, uint, nint, int>)Address("libxl_domain_unpause");
        DomainPause = (delegate* unmanaged<nint, uint, nint, int>)Address("libxl_domain_pause");
        DomainShutdown = (delegate* unmanaged<nint, uint, nint, int>)Address("libxl_domain_shutdown");
        DomainDestroy = (delegate* unmanaged<nint, uint, nint, int>)Address("libxl_domain_destroy");
        SendTrigger = (delegate* unmanaged<nint, uint, int, uint, nint, int>)Address("libxl_send_trigger");
        AoAbort = (delegate* unmanaged<nint, nint, int>)Address("libxl_ao_abort");
        UserdataStore = (delegate* unmanaged<nint, uint, byte*, byte*, int, int>)Address("libxl_userdata_store");
        UserdataRetrieve = (delegate* unmanaged<nint, uint, byte*, nint*, int*, int>)Address("libxl_userdata_retrieve");

        Disk = new LibxlDeviceFunctions("libxl_device_disk", Address);
        Nic = new LibxlDeviceFunctions("libxl_device_nic", Address);
    }
}
