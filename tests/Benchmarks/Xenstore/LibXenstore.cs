using System.Runtime.InteropServices;
using System.Text;

namespace Reconciler.Benchmarks.Xenstore;

/// <summary>libxenstore, the C client, loaded from the folder of unpacked packages. Signatures: xenstore.h of libxen-dev.</summary>
internal sealed unsafe class LibXenstore
{
    private readonly delegate* unmanaged<nuint, nint> _open;
    private readonly delegate* unmanaged<nint, void> _close;
    private readonly delegate* unmanaged<nint, uint, byte*, uint*, nint> _read;
    private readonly delegate* unmanaged<nint, uint, byte*, byte*, uint, byte> _write;
    private readonly delegate* unmanaged<nint, uint, byte*, uint*, nint> _directory;

    public LibXenstore(string folder, string socket)
    {
        // Its dependency is found by its soname once it is loaded; libc's getenv doesn't see what .NET's Environment sets.
        NativeLibrary.Load(Path.Combine(folder, "libxentoolcore.so.1"));
        var library = NativeLibrary.Load(Path.Combine(folder, "libxenstore.so.4"));
        if (SetEnvironment("XENSTORED_PATH", socket, 1) != 0) throw new InvalidOperationException("setenv failed");
        _open = (delegate* unmanaged<nuint, nint>)NativeLibrary.GetExport(library, "xs_open");
        _close = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "xs_close");
        _read = (delegate* unmanaged<nint, uint, byte*, uint*, nint>)NativeLibrary.GetExport(library, "xs_read");
        _write = (delegate* unmanaged<nint, uint, byte*, byte*, uint, byte>)NativeLibrary.GetExport(library, "xs_write");
        _directory = (delegate* unmanaged<nint, uint, byte*, uint*, nint>)NativeLibrary.GetExport(library, "xs_directory");
    }

    public nint Open() => _open(0) is var handle and not 0 ? handle : throw new InvalidOperationException("xs_open failed");

    public void Close(nint handle) => _close(handle);

    public void Read(nint handle, byte[] path)
    {
        uint length;
        fixed (byte* start = path) Free(_read(handle, 0, start, &length), "xs_read");
    }

    public void Write(nint handle, byte[] path, byte[] value)
    {
        fixed (byte* start = path)
        fixed (byte* bytes = value)
        {
            if (_write(handle, 0, start, bytes, (uint)value.Length) == 0) throw new InvalidOperationException("xs_write failed");
        }
    }

    public void List(nint handle, byte[] path)
    {
        uint count;
        fixed (byte* start = path) Free(_directory(handle, 0, start, &count), "xs_directory");
    }

    /// <summary>A path as C wants it.</summary>
    public static byte[] Text(string path) => [.. Encoding.ASCII.GetBytes(path), 0];

    private static void Free(nint result, string operation)
    {
        if (result == 0) throw new InvalidOperationException($"{operation} failed");
        NativeMemory.Free((void*)result);
    }

    [DllImport("libc", EntryPoint = "setenv")]
    private static extern int SetEnvironment(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
