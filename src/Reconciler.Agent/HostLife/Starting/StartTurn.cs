namespace Reconciler.Agent.HostLife.Starting;

/// <summary>Why it is not a domain's turn yet.</summary>
/// <param name="For">The Xen names of what it waits for.</param>
/// <param name="Order">Their order.</param>
/// <param name="Until">When it is not waited for any longer, or its delay is over.</param>
internal sealed record StartTurn(IReadOnlyList<string> For, int Order, DateTimeOffset Until)
{
    private const int Shown = 5;

    public string Message =>
        $"Its host has started, and domains of startOrder.order {Order} come first: {string.Join(", ", For.Take(Shown))}{(For.Count > Shown ? $" and {For.Count - Shown} more" : "")}.";
}
