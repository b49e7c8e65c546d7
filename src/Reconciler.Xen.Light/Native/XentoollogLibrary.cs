using System.Runtime.InteropServices;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Native;

/// <summary>libxentoollog: where libxl sends its messages. Its soname has not changed since Xen 4.7.</summary>
internal sealed unsafe class XentoollogLibrary
{
    private const string Soname = "libxentoollog.so.1";

    // xentoollog_level: DEBUG 1, VERBOSE 2, DETAIL 3, PROGRESS 4, INFO 5, NOTICE 6, WARN 7, ERROR 8, CRITICAL 9.
    private const int Info = 5;
    private const int Critical = 9;

    private readonly delegate* unmanaged<nint, int, void> _setMinimum;

    /// <exception cref="XenException"><see cref="XenErrorCode.Unavailable"/>.</exception>
    public XentoollogLibrary()
    {
        if (!NativeLibrary.TryLoad(Soname, out nint library)
            || !NativeLibrary.TryGetExport(library, "xtl_createlogger_stdiostream", out nint create)
            || !NativeLibrary.TryGetExport(library, "xtl_stdiostream_set_minlevel", out nint setMinimum))
            throw new XenException(XenErrorCode.Unavailable, "libxentoollog", $"no usable {Soname} in the library path. {LibxlLibrary.Remedy}.");
        _setMinimum = (delegate* unmanaged<nint, int, void>)setMinimum;

        // A null FILE * would crash at the first message.
        nint stream = Libc.OpenStream(2, "w");
        Logger = stream == 0 ? 0 : ((delegate* unmanaged<nint, int, uint, nint>)create)(stream, Info, 0);
        if (Logger == 0) throw new XenException(XenErrorCode.Unavailable, "libxentoollog", "no logger could be made: out of memory or descriptors.");
    }

    /// <summary>Writes each message to standard error, at once.</summary>
    public nint Logger { get; }

    /// <summary>Hides messages (but critical ones) while something is done whose failure is expected.</summary>
    public void Quieten() => _setMinimum(Logger, Critical);

    public void Restore() => _setMinimum(Logger, Info);
}
