using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Simulation;

/// <summary>
/// Gives every listener every hint. A domain that changes again before the listener has taken the first hint is one hint: nothing grows
/// without bound and nothing is dropped.
/// </summary>
internal sealed class SignalHub
{
    private readonly Lock _gate = new();
    private readonly List<Listener> _listeners = [];

    public void Publish(HostSignal signal)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners)
                listener.Offer(signal);
        }
    }

    public async IAsyncEnumerable<HostSignal> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var listener = new Listener();
        // What happened before anybody listened can't be known: so the first hint is always "anything".
        listener.Offer(HostSignal.Resync);
        lock (_gate)
            _listeners.Add(listener);
        try
        {
            while (true)
            {
                HostSignal signal;
                try
                {
                    signal = await listener.TakeAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    yield break;
                }
                yield return signal;
            }
        }
        finally
        {
            lock (_gate)
                _listeners.Remove(listener);
        }
    }

    private sealed class Listener
    {
        private readonly Channel<HostSignal> _queue = Channel.CreateUnbounded<HostSignal>();
        private readonly HashSet<HostSignal> _waiting = [];

        public void Offer(HostSignal signal)
        {
            lock (_waiting)
            {
                if (_waiting.Add(signal))
                    _queue.Writer.TryWrite(signal);
            }
        }

        public async Task<HostSignal> TakeAsync(CancellationToken cancellationToken)
        {
            var signal = await _queue.Reader.ReadAsync(cancellationToken);
            lock (_waiting)
                _waiting.Remove(signal);
            return signal;
        }
    }
}
