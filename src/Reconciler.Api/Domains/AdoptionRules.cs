namespace Reconciler.Api.Domains;

/// <summary>How far the adoption is that a Domain asks for.</summary>
public static class AdoptionRules
{
    /// <summary>Whether it still has to take over the domain that spec.adopt names.</summary>
    public static bool IsPending(Domain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return domain.Spec?.Adopt is { } adopt && domain.Status?.Adoption?.Uuid != adopt.Uuid;
    }
}
