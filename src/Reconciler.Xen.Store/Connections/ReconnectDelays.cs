namespace Reconciler.Xen.Store.Connections;

/// <summary>Exponential, capped, the upper half random; begins anew after a connection that lasted.</summary>
internal sealed class ReconnectDelays(XenstoreClientOptions options)
{
    private TimeSpan _next = options.ReconnectDelay;

    public TimeSpan Next()
    {
        var delay = _next;
        _next = _next * 2 < options.MaxReconnectDelay ? _next * 2 : options.MaxReconnectDelay;
        return delay / 2 + delay / 2 * options.Random.NextDouble();
    }

    /// <summary>A server that accepts and hangs up at once must not be tried at full speed.</summary>
    public void ConnectionLasted(TimeSpan duration)
    {
        if (duration >= options.MaxReconnectDelay) _next = options.ReconnectDelay;
    }
}
