namespace Reconciler.Api.Validation;

/// <summary>Names of XenHosts: a DNS subdomain (RFC 1123) that is short enough to be a label's value.</summary>
internal static class XenHostName
{
    public static bool IsValid(string name) => DnsSubdomain.IsValid(name, XenApi.MaximumHostNameLength);
}
