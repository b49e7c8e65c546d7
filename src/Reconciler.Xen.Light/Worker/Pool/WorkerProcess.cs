using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Worker.Pool;

/// <summary>One worker process, seen from the agent. One call at a time; after a failure of the process itself it is dead, and replaced.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LogPatience = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly Stream _input;
    private readonly LineReader _output;
    private readonly OperationLog _log = new();
    private readonly Action<WorkerLogLine>? _onLog;
    private readonly Task _logReading;
    private long _lastId;

    private WorkerProcess(Process process, Action<WorkerLogLine>? onLog)
    {
        _process = process;
        _onLog = onLog;
        Pid = process.Id;
        _input = process.StandardInput.BaseStream;
        _output = new LineReader(process.StandardOutput.BaseStream, WorkerProtocol.MaxLine);
        _logReading = ReadLogAsync(process.StandardError.BaseStream);
    }

    public int Pid { get; }

    public WorkerReady Ready { get; private set; } = null!;

    /// <summary>It takes no more requests.</summary>
    public bool IsDown { get; private set; }

    /// <exception cref="XenException"><see cref="XenErrorCode.Unavailable"/>: it can't be started, or can't work.</exception>
    public static async Task<WorkerProcess> StartAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        var program = options.Program ?? Environment.ProcessPath
            ?? throw new XenException(XenErrorCode.Unavailable, "worker", "the running program's path is not known; set WorkerOptions.Program");
        ProcessStartInfo start = new(program, options.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // A worker runs little code, seldom: compiling it a second time, better, costs more than it ever saves. (Measured in an emulated
        // dom0: without, the first operations take about half the time, and the later ones no longer.)
        start.Environment["DOTNET_TieredCompilation"] = "0";
        foreach (var (name, value) in options.Environment) start.Environment[name] = value;

        WorkerProcess worker;
        try
        {
            worker = new WorkerProcess(Process.Start(start)!, options.OnLog);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
        {
            throw new XenException(XenErrorCode.Unavailable, "worker", $"{program} can't be started: {e.Message}", e);
        }
        try
        {
            await worker.GreetAsync(options, cancellationToken);
            return worker;
        }
        catch
        {
            await worker.KillAsync();
            throw;
        }
    }

    /// <summary>
    /// Sends a request and waits for its reply, at most <paramref name="limit"/>. There is no other way to give up: an operation that has
    /// begun is finished or its worker is killed.
    /// </summary>
    /// <exception cref="XenException">The operation failed, or (<see cref="IsDown"/> is true then) the worker did.</exception>
    public async Task<WorkerReply> CallAsync(WorkerRequest request, TimeSpan limit)
    {
        request = request with { Id = ++_lastId };
        _log.Begin(request.Operation);
        WorkerReply reply;
        using (var timeout = new CancellationTokenSource(limit))
        {
            try
            {
                await _input.WriteAsync(WorkerProtocol.Encode(request, WorkerJson.Default.WorkerRequest), timeout.Token);
                await _input.FlushAsync(timeout.Token);
                reply = await ReceiveAsync(request, timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw await DownAsync(XenErrorCode.Timeout, request.Operation, $"exceeded its limit of {limit.TotalSeconds:0.###} s; its worker (pid {Pid}) was killed");
            }
            catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
            {
                throw await DownAsync(XenErrorCode.WorkerLost, request.Operation, $"lost its worker (pid {Pid}): {e.Message}");
            }
        }
        var lines = await _log.CompleteAsync(reply.Error is null ? TimeSpan.Zero : LogPatience);
        return reply.Error is { } error ? throw LibxlFailure.ToException(request.Operation, error, lines) : reply;
    }

    /// <summary>Ends its input: it finishes what it does and goes. Not waited for, and never killed for it.</summary>
    public ValueTask DisposeAsync()
    {
        try
        {
            _input.Dispose();
        }
        catch (IOException)
        {
            // It is gone already.
        }
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task GreetAsync(WorkerOptions options, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.StartLimit);
        _log.Begin("start");
        WorkerHello hello = new()
        {
            Protocol = WorkerProtocol.Version,
            StateDirectory = options.StateDirectory,
            LockDirectory = options.LockDirectory,
            Cgroup = options.Cgroup,
            Library = Environment.GetEnvironmentVariable(LibxlLibrary.OverrideVariable),
        };
        try
        {
            await _input.WriteAsync(WorkerProtocol.Encode(hello, WorkerJson.Default.WorkerHello), timeout.Token);
            await _input.FlushAsync(timeout.Token);
            var line = await _output.ReadAsync(timeout.Token) ?? throw new EndOfStreamException($"it ended before it said hello{await EndingAsync()}");
            Ready = WorkerProtocol.Decode(line.Span, WorkerJson.Default.WorkerReady) ?? throw new InvalidDataException($"it did not say hello but {Quote(line)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new XenException(XenErrorCode.Unavailable, "worker", $"it did not say hello within {options.StartLimit.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new XenException(XenErrorCode.Unavailable, "worker", e.Message, e);
        }
        if (Ready.Error is { } error)
        {
            var lines = await _log.CompleteAsync(LogPatience);
            throw new XenException(error.Code ?? XenErrorCode.Unavailable, "worker", error.Message, lines.Count > 0 ? new WorkerLogException(lines) : null);
        }
        if (Ready.Protocol != WorkerProtocol.Version)
            throw new XenException(XenErrorCode.Unavailable, "worker", $"it speaks version {Ready.Protocol} of the worker protocol, this agent {WorkerProtocol.Version}: they must be the same binary");
        _log.End();
    }

    private async Task<WorkerReply> ReceiveAsync(WorkerRequest request, CancellationToken cancellationToken)
    {
        var line = await _output.ReadAsync(cancellationToken) ?? throw new EndOfStreamException($"it ended{await EndingAsync()}");
        var reply = WorkerProtocol.Decode(line.Span, WorkerJson.Default.WorkerReply) ?? throw new InvalidDataException($"it answered with {Quote(line)}");
        return reply.Id == request.Id ? reply : throw new InvalidDataException($"it answered request {reply.Id} instead of {request.Id}");
    }

    private async Task<string> EndingAsync()
    {
        using CancellationTokenSource patience = new(LogPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return $" with exit code {_process.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            return "";
        }
    }

    private async Task<XenException> DownAsync(XenErrorCode code, string operation, string message)
    {
        IsDown = true;
        await KillAsync();
        var lines = await _log.CompleteAsync(LogPatience);
        return new XenException(code, operation, message, lines.Count > 0 ? new WorkerLogException(lines) : null);
    }

    /// <summary>
    /// Kills the worker and its descendants: the scripts and helpers of its operation. A device model that is up is none any more (libxl
    /// detaches it, libxl__spawn_detach), and goes on serving its guest.
    /// </summary>
    private async Task KillAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().WaitAsync(LogPatience);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or TimeoutException)
        {
            // Ended by itself meanwhile, or stuck in the kernel; it gets no more requests either way.
        }
        await DisposeAsync();
    }

    private async Task ReadLogAsync(Stream stream)
    {
        try
        {
            using StreamReader reader = new(stream, Encoding.UTF8);
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.StartsWith('\u0001'))
                {
                    _log.End();
                    continue;
                }
                _onLog?.Invoke(new WorkerLogLine(Pid, _log.Operation, line));
                _log.Add(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process was let go.
        }
        _log.End();
    }

    private static string Quote(ReadOnlyMemory<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.Span[..Math.Min(line.Length, 80)]);
        return $"\"{string.Concat(text.Select(c => char.IsControl(c) ? '?' : c))}\"";
    }
}
