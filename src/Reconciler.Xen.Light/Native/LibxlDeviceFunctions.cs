namespace Reconciler.Xen.Light.Native;

/// <summary>The functions of one kind of device, which are the same for each kind (<c>LIBXL_DEFINE_DEVICE_ADD</c>, <c>..._REMOVE</c>, and those made from libxl_types.idl).</summary>
internal sealed unsafe class LibxlDeviceFunctions
{
    public readonly delegate* unmanaged<nint, void> Init;
    public readonly delegate* unmanaged<nint, void> Dispose;
    public readonly delegate* unmanaged<nint, nint, byte*, int> FromJson;
    public readonly delegate* unmanaged<nint, nint, nint> ToJson;

    // int (libxl_ctx *, uint32_t domid, libxl_device_X *, how)
    public readonly delegate* unmanaged<nint, uint, nint, nint, int> Add;
    public readonly delegate* unmanaged<nint, uint, nint, nint, int> Remove;
    public readonly delegate* unmanaged<nint, uint, nint, nint, int> Destroy;

    /// <param name="name">What their names begin with: <c>libxl_device_disk</c>.</param>
    /// <param name="address">Finds a function by its name.</param>
    public LibxlDeviceFunctions(string name, Func<string, nint> address)
    {
        Name = name;
        Init = (delegate* unmanaged<nint, void>)address($"{name}_init");
        Dispose = (delegate* unmanaged<nint, void>)address($"{name}_dispose");
        FromJson = (delegate* unmanaged<nint, nint, byte*, int>)address($"{name}_from_json");
        ToJson = (delegate* unmanaged<nint, nint, nint>)address($"{name}_to_json");
        Add = (delegate* unmanaged<nint, uint, nint, nint, int>)address($"{name}_add");
        Remove = (delegate* unmanaged<nint, uint, nint, nint, int>)address($"{name}_remove");
        Destroy = (delegate* unmanaged<nint, uint, nint, nint, int>)address($"{name}_destroy");
    }

    public string Name { get; }
}
