using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;

namespace Reconciler.Agent.HostLife.Starting;

/// <summary>Whether the API server can be reached from this host. Then the agent can reach it too, and starts what is to run here.</summary>
/// <param name="ask">Asks it for anything. It is set up anew each time: a kubeconfig, and the network, may come after the boot.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiServerProbe(Func<CancellationToken, Task> ask, TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>Shorter than the retransmissions of a connection that was begun before the network was up.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private volatile bool _hasAnswered;
    private volatile string? _problem;

    /// <summary>Whether it did.</summary>
    public bool HasAnswered => _hasAnswered;

    /// <summary>Why it did not the last time; null: it has not been asked.</summary>
    public string? Problem => _problem;

    /// <summary>Asks until it answers, or until it is cancelled.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            _hasAnswered = await AnswersAsync(cancellationToken);
            if (_hasAnswered) return;
            await Task.Delay(Retry, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await ask(either.Token);
            return true;
        }
        catch (KubernetesApiException e) when (!e.IsTransient)
        {
            // It refuses the one who asks; it may well hear the agent.
            return true;
        }
        catch (Exception e) when (e is KubernetesApiException or KubernetesConfigException or IOException)
        {
            _problem = e.Message;
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            _problem = $"no answer within {Limit.TotalSeconds:0} s";
        }
        return false;
    }
}
