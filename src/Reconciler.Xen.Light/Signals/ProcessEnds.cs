using Microsoft.Win32.SafeHandles;
using Reconciler.Xen.Light.Native;

namespace Reconciler.Xen.Light.Signals;

/// <summary>
/// Tells when processes end that are nobody's children here. One thread sleeps for all of them; .NET itself would look at each of them ten
/// times a second.
/// </summary>
internal sealed class ProcessEnds : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(SafeFileHandle Process, Action OnEnd)> _watched = [];
    private readonly SafeFileHandle _changed = ProcessDescriptors.NewSignal();
    private Thread? _thread;
    private bool _stopping;

    /// <summary>Calls <paramref name="onEnd"/>, which must not block or throw, once; at once when there is no such process.</summary>
    public void Watch(int pid, Action onEnd)
    {
        if (ProcessDescriptors.Open(pid) is not { } process)
        {
            onEnd();
            return;
        }
        lock (_gate)
        {
            if (_stopping)
            {
                process.Dispose();
                return;
            }
            _watched.Add((process, onEnd));
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "process ends" };
                _thread.Start();
            }
        }
        ProcessDescriptors.Signal(_changed);
    }

    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            if (_stopping) return;
            _stopping = true;
            thread = _thread;
        }
        ProcessDescriptors.Signal(_changed);
        thread?.Join();
        foreach (var (process, _) in _watched) process.Dispose();
        _watched.Clear();
        _changed.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            (SafeFileHandle Process, Action OnEnd)[] watched;
            lock (_gate)
            {
                if (_stopping) return;
                watched = [.. _watched];
            }
            var ready = ProcessDescriptors.WaitForAny([_changed, .. watched.Select(entry => entry.Process)]);
            if (ready[0]) ProcessDescriptors.Reset(_changed);
            foreach (var entry in watched.Where((_, i) => ready[i + 1]))
            {
                lock (_gate) _watched.Remove(entry);
                entry.Process.Dispose();
                entry.OnEnd();
            }
        }
    }
}
