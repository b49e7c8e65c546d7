using Reconciler.Api.Domains;

namespace Reconciler.Api.Scheduling;

/// <summary>Who a domain is among others.</summary>
internal static class DomainIdentity
{
    /// <summary>The uid; for objects that no server has seen yet, namespace and name.</summary>
    public static string Of(Domain domain) => domain.Metadata.Uid ?? $"{domain.Metadata.Namespace}/{domain.Metadata.Name}";
}
