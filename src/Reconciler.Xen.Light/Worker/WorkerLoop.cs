using System.Text;
using Reconciler.Xen.Execution;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Networking;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Worker.Operations;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker;

/// <summary>One worker's life: hello, ready, requests one after another, the end of input.</summary>
/// <param name="input">Requests.</param>
/// <param name="output">Replies.</param>
/// <param name="log">Standard error, shared with libxl.</param>
/// <param name="open">Opens libxl by a library path, or by probing for null; gives the library's name with it.</param>
/// <param name="failPoint">Reached when a request is read, and when what it asks for is done and not yet answered.</param>
internal sealed class WorkerLoop(Stream input, Stream output, Stream log, Func<string?, (ILibxl Libxl, string Soname)> open, FailPoint? failPoint = null)
{
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";
    private readonly LineReader _lines = new(input, WorkerProtocol.MaxLine);

    /// <returns>The process's exit code.</returns>
    public async Task<int> RunAsync()
    {
        if (await _lines.ReadAsync() is not { } first) return 0;
        WorkerReady ready = new() { Protocol = WorkerProtocol.Version, Pid = Environment.ProcessId };
        if (WorkerProtocol.Decode(first.Span, WorkerJson.Default.WorkerHello) is not { } hello)
            return Refuse(ready, XenErrorCode.Unavailable, "the first line is no hello");
        if (hello.Protocol != WorkerProtocol.Version)
            return Refuse(ready, XenErrorCode.Unavailable, $"the agent speaks version {hello.Protocol} of the worker protocol, this worker {WorkerProtocol.Version}: they must be the same binary");

        // Before anything is opened or started.
        if (hello.Cgroup is { } cgroup) ready = ready with { CgroupError = HostCgroup.Enter(cgroup) };

        await using XenstoreDevices devices = new();
        OperationTable operations;
        try
        {
            (var libxl, var soname) = open(hello.Library);
            ready = ready with { Soname = soname };
            operations = new OperationTable(
                libxl,
                devices,
                new LoopDevices(devices),
                new NicPorts(new KernelPorts(), new Nftables()),
                new Intents(hello.StateDirectory, (await File.ReadAllTextAsync(BootIdFile)).Trim()),
                new OperationLocks(hello.LockDirectory));
        }
        catch (XenException e)
        {
            return Refuse(ready, e.Code, e.Message);
        }
        return Write(output, WorkerProtocol.Encode(ready, WorkerJson.Default.WorkerReady)) ? await ServeAsync(operations) : 0;
    }

    private async Task<int> ServeAsync(OperationTable operations)
    {
        while (await _lines.ReadAsync() is { } line)
        {
            if (WorkerProtocol.Decode(line.Span, WorkerJson.Default.WorkerRequest) is not { } request) return 2;
            failPoint?.Reached($"taken:{request.Operation}");
            var reply = operations.Serve(request);
            failPoint?.Reached($"done:{request.Operation}");
            Write(log, Encoding.UTF8.GetBytes(WorkerProtocol.LogMark(request.Id) + "\n"));
            if (!Write(output, WorkerProtocol.Encode(reply, WorkerJson.Default.WorkerReply))) return 0;
        }
        return 0;
    }

    private int Refuse(WorkerReady ready, XenErrorCode code, string why)
    {
        Write(output, WorkerProtocol.Encode(ready with { Error = new WorkerError { Code = code, Message = why } }, WorkerJson.Default.WorkerReady));
        return 1;
    }

    /// <summary>False: nobody reads any more. The agent is gone, and what was done is there to be observed by the next one.</summary>
    private static bool Write(Stream to, byte[] line)
    {
        try
        {
            to.Write(line);
            to.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
