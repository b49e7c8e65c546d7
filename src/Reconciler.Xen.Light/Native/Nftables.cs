using System.Runtime.InteropServices;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Networking;

namespace Reconciler.Xen.Light.Native;

/// <summary>libnftables, which is what nft(8) is made of: a worker starts no programs. libnftables(3); its soname has not changed since its first release.</summary>
internal sealed unsafe class Nftables : INftables
{
    private const string Soname = "libnftables.so.1";

    private bool _isOpened;
    private string? _missing;
    private nint _context;
    private delegate* unmanaged<nint, nint, int> _run;
    private delegate* unmanaged<nint, nint> _output;
    private delegate* unmanaged<nint, nint> _error;

    /// <inheritdoc/>
    public string? Missing
    {
        get
        {
            if (!_isOpened) _missing = Open();
            _isOpened = true;
            return _missing;
        }
    }

    /// <inheritdoc/>
    public void Run(string commands)
    {
        if (Missing is not null) throw new XenException(XenErrorCode.NotSupported, "nftables", Missing);
        if (!TryRun(commands, out _, out var error)) throw new XenException(XenErrorCode.Failed, "nftables", $"nftables did not take the rules: {error}");
    }

    /// <inheritdoc/>
    public string List(string table) => Missing is null && TryRun($"list table bridge {table}", out var output, out _) ? output : "";

    private bool TryRun(string commands, out string output, out string error)
    {
        var text = Marshal.StringToCoTaskMemUTF8(commands);
        try
        {
            var result = _run(_context, text);

            // Reading a buffer empties it.
            output = Marshal.PtrToStringUTF8(_output(_context)) ?? "";
            error = (Marshal.PtrToStringUTF8(_error(_context)) ?? "").Trim();
            return result == 0;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>At its first use: most workers never need it.</summary>
    private string? Open()
    {
        if (!NativeLibrary.TryLoad(Soname, out var library))
            return $"{Soname} is not on this host, or not in the agent's container. Install nftables (Debian: libnftables1)";
        _run = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "nft_run_cmd_from_buffer");
        _output = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "nft_ctx_get_output_buffer");
        _error = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "nft_ctx_get_error_buffer");
        _context = ((delegate* unmanaged<uint, nint>)NativeLibrary.GetExport(library, "nft_ctx_new"))(0);
        if (_context == 0) return $"{Soname} could not be opened: the kernel has no nf_tables, or the agent no right to it (CAP_NET_ADMIN)";
        ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "nft_ctx_buffer_output"))(_context);
        ((delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "nft_ctx_buffer_error"))(_context);
        return null;
    }
}
