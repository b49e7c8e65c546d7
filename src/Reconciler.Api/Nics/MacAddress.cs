using System.Security.Cryptography;
using System.Text;

namespace Reconciler.Api.Nics;

/// <summary>MAC addresses of NICs, in text.</summary>
public static class MacAddress
{
    /// <summary>Six bytes, unicast: the lowest bit of the first is 0.</summary>
    public const string Pattern = "^[0-9a-fA-F][02468aceACE](:[0-9a-fA-F]{2}){5}$";

    /// <summary>Characters.</summary>
    public const int Length = 17;

    /// <summary>
    /// The address of a VIF that names none: 00:16:3e, which the IEEE gave to Xen, and the first 24 bits of the SHA-256 of its uid. So it
    /// is the same whoever asks, for as long as the object lives.
    /// </summary>
    /// <param name="uid">The VIF's metadata.uid, as the API server writes it.</param>
    /// <returns>In lower case.</returns>
    /// <remarks>Two uids may give one address (one pair in 16.7 million); the later VIF is then refused, and its user names an address.</remarks>
    public static string OfUid(string uid)
    {
        ArgumentException.ThrowIfNullOrEmpty(uid);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(uid));
        return $"00:16:3e:{hash[0]:x2}:{hash[1]:x2}:{hash[2]:x2}";
    }

    /// <summary>The address that a VIF has: that of its spec, or that of its uid; in lower case.</summary>
    /// <returns>Null when the spec names none and no server has given the object a uid.</returns>
    public static string? Of(Vif vif)
    {
        ArgumentNullException.ThrowIfNull(vif);
        if (vif.Spec?.MacAddress is { Length: > 0 } given) return Normalize(given);
        return vif.Metadata.Uid is { Length: > 0 } uid ? OfUid(uid) : null;
    }

    /// <summary>Lower case, in which two addresses are compared.</summary>
    public static string Normalize(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
#pragma warning disable CA1308 // The way in which Xen, Linux and Kubernetes write MAC addresses is lower case.
        return address.ToLowerInvariant();
#pragma warning restore CA1308
    }
}
