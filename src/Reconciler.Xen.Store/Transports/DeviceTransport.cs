using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store.Transports;

/// <summary>
/// The kernel's character device, <c>/dev/xen/xenbus</c>. Linux' driver (drivers/xen/xenbus/xenbus_dev_frontend.c) takes one message per
/// write: bytes of a second one in the same write are lost. Older kernels answer inside the write, which then ends only when xenstored answers.
/// </summary>
internal sealed class DeviceTransport(SafeFileHandle device) : IXenstoreTransport
{
    // A blocked read of a device can't be ended from another thread; so the reader waits for this as well.
    private readonly SafeFileHandle _wake = Posix.EventDescriptor();
    private volatile bool _isShutdown;

    public static IXenstoreTransport Open(string path)
    {
        try
        {
            return new DeviceTransport(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    public int Receive(Span<byte> buffer)
    {
        Posix.WaitReadable(device, _wake);
        return _isShutdown ? 0 : Posix.Read(device, buffer);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> messages) => new(Task.Run(() =>
    {
        while (XenstoreCodec.TryReadFrame(messages.Span, out var frame) == FrameStatus.Complete)
        {
            if (_isShutdown) throw new IOException("the device is being closed");
            Posix.Write(device, messages.Span[..frame.Size]);
            messages = messages[frame.Size..];
        }
    }));

    public void Shutdown()
    {
        _isShutdown = true;
        Posix.Write(_wake, BitConverter.GetBytes(1UL));
    }

    public void Dispose()
    {
        device.Dispose();
        _wake.Dispose();
    }
}
