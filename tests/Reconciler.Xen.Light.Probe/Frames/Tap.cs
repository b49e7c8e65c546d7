using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Reconciler.Xen.Light.Probe.Frames;

/// <summary>A network interface of dom0 whose other end is this process (tun(4)): what is written to it comes in by it, as from a guest.</summary>
internal sealed partial class Tap : IDisposable
{
    private const nuint SetInterface = 0x400454ca; // TUNSETIFF
    private const short TapWithoutHeader = 0x0002 | 0x1000;

    private readonly SafeFileHandle _file;
    private readonly byte[] _frame = new byte[2048];

    public Tap(string name)
    {
        Name = name;
        _file = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.None);
        var request = new byte[40];
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request.AsSpan(16), TapWithoutHeader);
        if (Control(_file, SetInterface, request) != 0) throw new IOException($"TUNSETIFF {name}: {Marshal.GetLastPInvokeErrorMessage()}");
        Run("ip", $"link set {name} up");
    }

    public string Name { get; }

    public void Send(byte[] frame)
    {
        if (Write(_file, frame, frame.Length) != frame.Length) throw new IOException($"{Name}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Frames until one that ends so has come; it is not among them. Others of the kernel's own may be.</summary>
    public List<byte[]> ReceiveUntil(byte[] end)
    {
        List<byte[]> frames = [];
        while (true)
        {
            var length = (int)Read(_file, _frame, _frame.Length);
            if (length < 0) throw new IOException($"{Name}: {Marshal.GetLastPInvokeErrorMessage()}");
            var frame = _frame[..length];
            if (frame.AsSpan().EndsWith(end)) return frames;
            frames.Add(frame);
        }
    }

    public void Dispose() => _file.Dispose();

    public static string Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} {arguments} ended with exit code {process.ExitCode}");
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, nuint request, [In, Out] byte[] argument);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(SafeFileHandle file, [Out] byte[] buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, [In] byte[] buffer, nint length);
}
