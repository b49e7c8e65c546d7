using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Native;

/// <summary>
/// A libxl context, driven through the library's own JSON. One for a process, used by one thread at a time; the process has no other
/// children than libxl's.
/// </summary>
internal sealed unsafe class Libxl : ILibxl, IDisposable
{
    /// <summary>Names our entry among a domain's userdata, as "xl" and "libvirt-xml" name theirs.</summary>
    private static ReadOnlySpan<byte> Userid => "reconciler\0"u8;

    /// <summary><c>libxl_sigchld_owner_mainloop</c>: the application catches SIGCHLD and says so; libxl reaps.</summary>
    private const int SigchldOwnerMainloop = 1;

    private const int DisasterExitCode = 71;

    /// <summary><c>libxl_trigger</c>: the ACPI power button.</summary>
    private const int TriggerPower = 1;

    /// <summary>A <c>libxl_vminfo</c>: 16 bytes of uuid, 32 bits of domid. Of libxl's layouts this one and the next are known here, which come in arrays.</summary>
    private const int VminfoSize = 20;

    /// <summary>A <c>libxl_numainfo</c>: 64 bits each of size and free (bytes), 32 bits of num_dists, a pointer.</summary>
    private const int NumainfoSize = 32;

    /// <summary><c>LIBXL_NUMAINFO_INVALID_ENTRY</c>: there is no node of that number.</summary>
    private const ulong NoNumaNode = uint.MaxValue;

    private readonly LibxlFunctions _libxl;
    private readonly XentoollogLibrary _log;
    private readonly Lock _contextLock = new();
    private readonly PosixSignalRegistration _sigchld;

    // Tables of callbacks: read by libxl for as long as the context lives.
    private readonly nint _childprocHooks = (nint)NativeMemory.AllocZeroed(64);
    private readonly nint _eventHooks = (nint)NativeMemory.AllocZeroed(64);
    private readonly nint _shutdownHow = (nint)NativeMemory.AllocZeroed(64);
    private nint _context;

    /// <exception cref="XenException"><see cref="XenErrorCode.Unavailable"/>: no library, no hypervisor or no xenstored.</exception>
    public Libxl(string? overridePath)
    {
        (nint library, Soname) = LibxlLibrary.Load(overridePath);
        _libxl = new LibxlFunctions(library, Soname);
        _log = new XentoollogLibrary();

        // libxl_childproc_hooks {chldowner; fork_replacement; reaped_callback}; libxl_event_hooks {uint64 mask; event_occurs; disaster};
        // libxl_asyncop_how {callback; for_callback}.
        *(int*)_childprocHooks = SigchldOwnerMainloop;
        ((nint*)_eventHooks)[2] = (nint)(delegate* unmanaged<nint, int, byte*, int, void>)&OnDisaster;
        ((nint*)_shutdownHow)[0] = (nint)(delegate* unmanaged<nint, int, nint, void>)&OnShutdownDone;

        // libxl's default is to catch SIGCHLD itself, and it aborts the process where it finds a handler like .NET's in place.
#pragma warning disable CA1416 // There is no libxenlight on Windows: this line is not reached there.
        _sigchld = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, OnSigchld);
#pragma warning restore CA1416
        Open();
    }

    /// <summary>The library's name: <c>libxenlight.so.4.17</c>.</summary>
    public string Soname { get; }

    public string Physinfo()
    {
        using OpaqueBuffer info = new(_libxl.PhysinfoInit, _libxl.PhysinfoDispose);
        Check("libxl_get_physinfo", _libxl.GetPhysinfo(_context, info.Pointer));
        return TakeString("libxl_physinfo_to_json", _libxl.PhysinfoToJson(_context, info.Pointer));
    }

    /// <remarks>
    /// Each item says how many distances it holds, which is the number of items: were the layout another one, they would not agree.
    /// It is asked with each description of the host; what fails fails each time, and is said by whoever asks.
    /// </remarks>
    public IReadOnlyList<NumaNode> NumaNodes()
    {
        _log.Quieten();
        try
        {
            return TellNumaNodes();
        }
        finally
        {
            _log.Restore();
        }
    }

    public string VersionInfo()
    {
        nint info = _libxl.GetVersionInfo(_context); // belongs to the context
        if (info == 0) throw new LibxlException("libxl_get_version_info", (int)LibxlErrorCode.ERROR_FAIL);
        return TakeString("libxl_version_info_to_json", _libxl.VersionInfoToJson(_context, info));
    }

    public IReadOnlyList<VmId> ListVms()
    {
        int count = 0;
        nint list = _libxl.ListVm(_context, &count);
        if (list == 0) return count == 0 ? [] : throw new LibxlException("libxl_list_vm", (int)LibxlErrorCode.ERROR_FAIL);
        try
        {
            List<VmId> vms = new(count);
            ReadOnlySpan<byte> items = new((void*)list, count * VminfoSize);
            for (; !items.IsEmpty; items = items[VminfoSize..])
            {
                VmId vm = new(new Guid(items[..16], bigEndian: true), (int)BinaryPrimitives.ReadUInt32LittleEndian(items[16..]));
                if (vm.Domid != 0) vms.Add(vm);
            }
            return vms;
        }
        finally
        {
            _libxl.VminfoListFree(list, count);
        }
    }

    public string? DomainInfo(int domid)
    {
        using OpaqueBuffer info = new(_libxl.DominfoInit, _libxl.DominfoDispose);
        int result = _libxl.DomainInfo(_context, info.Pointer, (uint)domid);
        if (result == (int)LibxlErrorCode.ERROR_DOMAIN_NOTFOUND) return null;
        Check("libxl_domain_info", result);
        return TakeString("libxl_dominfo_to_json", _libxl.DominfoToJson(_context, info.Pointer));
    }

    public int? DomidOfName(string name)
    {
        uint domid = 0;
        fixed (byte* text = Utf8(name))
        {
            int result = _libxl.NameToDomid(_context, text, &domid);
            // ERROR_INVAL is its way to say that there is none.
            if (result == (int)LibxlErrorCode.ERROR_INVAL) return null;
            Check("libxl_name_to_domid", result);
        }
        return (int)domid;
    }

    public string Configuration(int domid)
    {
        using OpaqueBuffer config = new(_libxl.DomainConfigInit, _libxl.DomainConfigDispose);
        Check("libxl_retrieve_domain_configuration", _libxl.RetrieveDomainConfiguration(_context, (uint)domid, config.Pointer, 0));
        return TakeString("libxl_domain_config_to_json", _libxl.DomainConfigToJson(_context, config.Pointer));
    }

    public string? ReadBack(string configuration, bool quiet)
    {
        using OpaqueBuffer config = new(_libxl.DomainConfigInit, _libxl.DomainConfigDispose);
        return ParseAsExpected(_libxl.DomainConfigFromJson, configuration, config, quiet)
            ? TakeString("libxl_domain_config_to_json", _libxl.DomainConfigToJson(_context, config.Pointer))
            : null;
    }

    public string? ReadBack(DeviceKind kind, string configuration, bool quiet)
    {
        var functions = Functions(kind);
        using OpaqueBuffer device = new(functions.Init, functions.Dispose);
        return ParseAsExpected(functions.FromJson, configuration, device, quiet)
            ? TakeString($"{functions.Name}_to_json", functions.ToJson(_context, device.Pointer))
            : null;
    }

    public void AddDevice(DeviceKind kind, int domid, string configuration)
    {
        var functions = Functions(kind);
        using OpaqueBuffer device = new(functions.Init, functions.Dispose);
        Check($"{functions.Name}_from_json", Parse(functions.FromJson, configuration, device));
        Check($"{functions.Name}_add", functions.Add(_context, (uint)domid, device.Pointer, 0));
    }

    public void RemoveDevice(DeviceKind kind, int domid, string configuration, bool force)
    {
        var functions = Functions(kind);
        using OpaqueBuffer device = new(functions.Init, functions.Dispose);
        Check($"{functions.Name}_from_json", Parse(functions.FromJson, configuration, device));
        if (force) Check($"{functions.Name}_destroy", functions.Destroy(_context, (uint)domid, device.Pointer, 0));
        else Check($"{functions.Name}_remove", functions.Remove(_context, (uint)domid, device.Pointer, 0));
    }

    public int Create(string configuration)
    {
        using OpaqueBuffer config = new(_libxl.DomainConfigInit, _libxl.DomainConfigDispose);
        Check("libxl_domain_config_from_json", Parse(_libxl.DomainConfigFromJson, configuration, config));
        uint domid = uint.MaxValue; // INVALID_DOMID: any
        Check("libxl_domain_create_new", _libxl.DomainCreateNew(_context, config.Pointer, &domid, 0, 0));
        return (int)domid;
    }

    public void Unpause(int domid) => Check("libxl_domain_unpause", _libxl.DomainUnpause(_context, (uint)domid, 0));

    public void Pause(int domid) => Check("libxl_domain_pause", _libxl.DomainPause(_context, (uint)domid, 0));

    /// <remarks>
    /// Since 4.14 libxl_domain_shutdown waits up to 60 s for the guest to take the request (libxl__domain_pvcontrol). Started as an
    /// asynchronous operation it returns when the request is written; its wait is then given up, which leaves the request standing.
    /// </remarks>
    public bool RequestPoweroff(int domid)
    {
        int result = _libxl.DomainShutdown(_context, (uint)domid, _shutdownHow);
        if (result == (int)LibxlErrorCode.ERROR_NOPARAVIRT) return false;
        Check("libxl_domain_shutdown", result);

        _log.Quieten(); // it would complain that the guest did not answer
        int aborted = _libxl.AoAbort(_context, _shutdownHow);
        _log.Restore();
        if (aborted is not (0 or (int)LibxlErrorCode.ERROR_NOTFOUND)) Check("libxl_ao_abort", aborted);
        return true;
    }

    public void PressPowerButton(int domid) =>
        Check("libxl_send_trigger", _libxl.SendTrigger(_context, (uint)domid, TriggerPower, 0, 0));

    public void Destroy(int domid) => Check("libxl_domain_destroy", _libxl.DomainDestroy(_context, (uint)domid, 0));

    public byte[]? ReadUserdata(int domid) => ReadUserdata(domid, Userid);

    public bool IsLibvirts(int domid) => ReadUserdata(domid, "libvirt-xml\0"u8) is not null;

    private byte[]? ReadUserdata(int domid, ReadOnlySpan<byte> name)
    {
        nint data = 0;
        int length = 0;
        fixed (byte* userid = name)
            Check("libxl_userdata_retrieve", _libxl.UserdataRetrieve(_context, (uint)domid, userid, &data, &length));
        if (data == 0) return null;
        byte[] copy = new ReadOnlySpan<byte>((void*)data, length).ToArray();
        Libc.Free(data);
        return copy.Length == 0 ? null : copy;
    }

    public void WriteUserdata(int domid, ReadOnlySpan<byte> data)
    {
        fixed (byte* userid = Userid)
        fixed (byte* bytes = data)
            Check("libxl_userdata_store", _libxl.UserdataStore(_context, (uint)domid, userid, bytes, data.Length));
    }

    public void Reopen()
    {
        Close();
        Open();
    }

    public void Dispose()
    {
        _sigchld.Dispose();
        Close();
        NativeMemory.Free((void*)_childprocHooks);
        NativeMemory.Free((void*)_eventHooks);
        NativeMemory.Free((void*)_shutdownHow);
    }

    private void Open()
    {
        nint context = 0;
        int result = _libxl.CtxAlloc(&context, 0, 0, _log.Logger);
        if (result != 0) throw new XenException(XenErrorCode.Unavailable, "libxl_ctx_alloc", $"{LibxlException.Describe(result)}: {HostAccess.Diagnose()}");
        _libxl.ChildprocSetmode(context, _childprocHooks, 0);
        _libxl.EventRegisterCallbacks(context, _eventHooks, 0);
        lock (_contextLock) _context = context;
    }

    private void Close()
    {
        nint context = _context;
        if (context == 0) return;
        lock (_contextLock) _context = 0;
        _ = _libxl.CtxFree(context);
    }

    private List<NumaNode> TellNumaNodes()
    {
        int count = 0;
        nint list = _libxl.GetNumainfo(_context, &count);
        if (list == 0) return [];
        try
        {
            List<NumaNode> nodes = new(count);
            for (int id = 0; id < count; id++)
            {
                ReadOnlySpan<byte> item = new((void*)(list + (id * NumainfoSize)), NumainfoSize);
                if (BinaryPrimitives.ReadInt32LittleEndian(item[16..]) != count) return [];
                ulong bytes = BinaryPrimitives.ReadUInt64LittleEndian(item);
                if (bytes == NoNumaNode) continue;
                if (CpusOf(id) is not { } cpus) return [];
                nodes.Add(new NumaNode(id, (long)(bytes / 1024), cpus));
            }
            return nodes;
        }
        finally
        {
            _libxl.NumainfoListFree(list, count);
        }
    }

    /// <summary>Null: it does not tell.</summary>
    private int? CpusOf(int node)
    {
        using OpaqueBuffer cpus = new(_libxl.BitmapInit, _libxl.BitmapDispose);
        return _libxl.CpuBitmapAlloc(_context, cpus.Pointer, 0) == 0 && _libxl.NodeToCpumap(_context, node, cpus.Pointer) == 0
            ? _libxl.BitmapCountSet(cpus.Pointer)
            : null;
    }

    private LibxlDeviceFunctions Functions(DeviceKind kind) => kind is DeviceKind.Vbd ? _libxl.Disk : _libxl.Nic;

    private int Parse(delegate* unmanaged<nint, nint, byte*, int> fromJson, string configuration, OpaqueBuffer target)
    {
        fixed (byte* json = Utf8(configuration)) return fromJson(_context, target.Pointer, json);
    }

    private bool ParseAsExpected(delegate* unmanaged<nint, nint, byte*, int> fromJson, string configuration, OpaqueBuffer target, bool quiet)
    {
        if (quiet) _log.Quieten();
        try
        {
            return Parse(fromJson, configuration, target) == 0;
        }
        finally
        {
            if (quiet) _log.Restore();
        }
    }

    private static byte[] Utf8(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    private static void Check(string function, int result)
    {
        if (result != 0) throw new LibxlException(function, result);
    }

    private static string TakeString(string function, nint text)
    {
        if (text == 0) throw new LibxlException(function, (int)LibxlErrorCode.ERROR_FAIL);
        string copy = Marshal.PtrToStringUTF8(text)!;
        Libc.Free(text);
        return copy;
    }

    /// <summary>On a thread of .NET's, not in a signal handler; libxl's own lock orders it with the operation that waits for the child.</summary>
    private void OnSigchld(PosixSignalContext signal)
    {
        lock (_contextLock)
            if (_context != 0) _libxl.ChildprocSigchldOccurred(_context);
    }

    /// <summary>
    /// libxl can't go on (out of memory, poll(2) failing). Its default calls exit(3), which runs handlers of .NET on a thread that is in
    /// the middle of libxl; a worker may simply end.
    /// </summary>
    [UnmanagedCallersOnly]
    private static void OnDisaster(nint user, int type, byte* message, int error) => Libc.ExitNow(DisasterExitCode);

    [UnmanagedCallersOnly]
    private static void OnShutdownDone(nint context, int result, nint user)
    {
    }
}
