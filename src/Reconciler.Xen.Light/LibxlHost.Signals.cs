using System.Runtime.CompilerServices;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Signals;

namespace Reconciler.Xen.Light;

/// <content>Hints.</content>
public sealed partial class LibxlHost
{
    public async IAsyncEnumerable<HostSignal> SignalsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using HostWatch watch = new(_xenstore, LookAtAllAsync, _options.SignalDelay, _time);
        await foreach (var signal in watch.SignalsAsync(cancellationToken)) yield return signal;
    }

    private async Task<IReadOnlyList<ObservedDomain>> LookAtAllAsync(CancellationToken cancellationToken) =>
        (await LookAsync(new(), cancellationToken)).Details;
}
