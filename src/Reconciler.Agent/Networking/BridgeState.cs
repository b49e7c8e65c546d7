namespace Reconciler.Agent.Networking;

/// <summary>What a host sees of a bridge.</summary>
/// <param name="Reason">Ready, or why it is not, in one word.</param>
/// <param name="Message">Why, for people; null when it is ready.</param>
internal sealed record BridgeState(string Reason, string? Message = null)
{
    public const string Ready = "Ready";
    public const string NotFound = "NotFound";
    public const string NotAllowed = "NotAllowed";
    public const string NotSupported = "NotSupported";
    public const string NoVlanFiltering = "NoVlanFiltering";
    public const string MtuTooLarge = "MtuTooLarge";

    public bool IsReady => Reason == Ready;
}
