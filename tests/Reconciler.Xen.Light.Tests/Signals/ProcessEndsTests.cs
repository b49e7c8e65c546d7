using System.Diagnostics;
using Reconciler.Xen.Light.Signals;

namespace Reconciler.Xen.Light.Tests.Signals;

public sealed class ProcessEndsTests : IDisposable
{
    private readonly ProcessEnds _ends = new();
    private readonly List<Process> _started = [];

    [Fact]
    public async Task Each_end_is_told_once_and_only_to_whom_it_concerns()
    {
        var (first, second) = (Start(), Start());
        var (firstEnded, secondEnded) = (Watch(first.Id), Watch(second.Id));
        second.Kill();
        await secondEnded.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        firstEnded.Task.IsCompleted.ShouldBeFalse();
        first.Kill();
        await firstEnded.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Of_a_process_that_is_gone_it_is_told_at_once()
    {
        var process = Start();
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Watch(process.Id).Task.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void After_the_end_nothing_is_told()
    {
        var process = Start();
        var ended = Watch(process.Id);
        _ends.Dispose();
        process.Kill();
        process.WaitForExit();
        ended.Task.IsCompleted.ShouldBeFalse();
    }

    public void Dispose()
    {
        _ends.Dispose();
        foreach (var process in _started)
        {
            process.Kill();
            process.Dispose();
        }
    }

    private Process Start()
    {
        var process = Process.Start(new ProcessStartInfo("sleep", "600"))!;
        _started.Add(process);
        return process;
    }

    /// <summary>A second call would throw, and end the tests.</summary>
    private TaskCompletionSource Watch(int pid)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ends.Watch(pid, ended.SetResult);
        return ended;
    }
}
