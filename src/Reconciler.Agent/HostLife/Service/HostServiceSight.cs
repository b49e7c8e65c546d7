namespace Reconciler.Agent.HostLife.Service;

/// <summary>Who starts and stops domains with this host.</summary>
/// <param name="Reason">Of <see cref="Api.Conditions.HostServiceCondition"/>.</param>
/// <param name="Message">In words.</param>
internal sealed record HostServiceSight(string Reason, string Message);
