namespace Reconciler.Api.Devices;

/// <summary>Why a device is not accepted.</summary>
/// <param name="Reason">From <see cref="Conditions.DeviceAcceptedCondition"/>.</param>
/// <param name="Message">For people.</param>
public sealed record Objection(string Reason, string Message);
