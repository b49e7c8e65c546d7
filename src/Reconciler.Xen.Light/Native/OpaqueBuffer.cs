using System.Runtime.InteropServices;

namespace Reconciler.Xen.Light.Native;

/// <summary>
/// Room for a libxl structure whose layout and size we don't know and don't want to know: zeroed, and far larger than any (the largest,
/// libxl_domain_config, has 1,288 bytes in 4.17 and 1,368 in 4.20). Filled and read by the library's own functions only.
/// </summary>
internal sealed unsafe class OpaqueBuffer : IDisposable
{
    private const int Size = 64 * 1024;
    private readonly delegate* unmanaged<nint, void> _dispose;

    /// <summary>Allocates, and initialises with the library's <c>X_init</c>; <c>X_dispose</c> frees what the structure points to.</summary>
    public OpaqueBuffer(delegate* unmanaged<nint, void> init, delegate* unmanaged<nint, void> dispose)
    {
        _dispose = dispose;
        Pointer = (nint)NativeMemory.AllocZeroed(Size);
        init(Pointer);
    }

    public nint Pointer { get; private set; }

    public void Dispose()
    {
        if (Pointer == 0) return;
        _dispose(Pointer);
        NativeMemory.Free((void*)Pointer);
        Pointer = 0;
    }
}
