namespace Reconciler.Agent.Mapping;

/// <summary>Something that keeps a domain from being as desired.</summary>
/// <param name="Reason">CamelCase, a documented reason of Ready.</param>
/// <param name="Message">Field, value and remedy where there are any; the cause from below.</param>
/// <param name="Unobserved">True when the host could not be asked: nothing is known then, and the status says Unknown.</param>
internal sealed record Problem(string Reason, string Message, bool Unobserved = false);
