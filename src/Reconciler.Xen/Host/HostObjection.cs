namespace Reconciler.Xen.Host;

/// <summary>A reason why this host can't or won't run a domain.</summary>
/// <param name="Field">The field of the Domain's spec: <c>boot.kernel</c>.</param>
/// <param name="Reason">CamelCase, from a fixed list: <c>KernelNotFound</c>, <c>PathNotAllowed</c>, <c>TypeNotSupported</c>, ...</param>
/// <param name="Message">Value and remedy, in words.</param>
public sealed record HostObjection(string Field, string Reason, string Message);
