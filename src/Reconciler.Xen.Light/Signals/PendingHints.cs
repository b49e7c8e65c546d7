using System.Threading.Channels;

namespace Reconciler.Xen.Light.Signals;

/// <summary>What the watches told since it was last asked for. Bounded by the number of domains, however often a guest writes.</summary>
internal sealed class PendingHints
{
    private readonly Lock _gate = new();
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private HashSet<Guid> _domains = [];
    private bool _list;
    private bool _resync;

    /// <summary>The list of domains may have changed.</summary>
    public void AddList()
    {
        lock (_gate) _list = true;
        _signal.Writer.TryWrite(true);
    }

    /// <summary>This domain took a request, or was sent one.</summary>
    public void AddDomain(Guid uuid)
    {
        lock (_gate) _domains.Add(uuid);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Hints may have been lost.</summary>
    public void AddResync()
    {
        lock (_gate) _resync = true;
        _signal.Writer.TryWrite(true);
    }

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _signal.Reader.ReadAsync(cancellationToken);
    }

    public (bool Resync, bool List, IReadOnlySet<Guid> Domains) Take()
    {
        lock (_gate)
        {
            var taken = (_resync, _list, _domains);
            (_resync, _list, _domains) = (false, false, []);
            return taken;
        }
    }
}
