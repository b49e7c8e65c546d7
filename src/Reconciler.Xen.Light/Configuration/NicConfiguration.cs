using System.Globalization;
using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>A <see cref="DesiredNic"/> as <c>libxl_device_nic</c> in libxl's own JSON (libxl_types.idl).</summary>
internal static class NicConfiguration
{
    /// <summary>The credit that a rate is given out in, as <c>xl</c> does by default (xl-network-configuration(5)): 50 ms.</summary>
    private const int RateIntervalMicroseconds = 50_000;

    private const int MicrosecondsPerSecond = 1_000_000;

    public static string ToJson(DesiredNic nic) => LibxlJsonWriter.Write(json => Write(json, nic));

    /// <summary>The rate as xen-netback reads it, which is how libxl writes it: bytes, and the microseconds in which they may be sent; null: no limit.</summary>
    public static string? Rate(DesiredNic nic) =>
        nic.RateBytesPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{BytesPerInterval(rate)},{RateIntervalMicroseconds}") : null;

    public static void Write(Utf8JsonWriter json, DesiredNic nic)
    {
        json.WriteStartObject();
        json.WriteNumber("devid", nic.Index);
        json.WriteString("mac", nic.Mac);
        json.WriteString("bridge", nic.Bridge);
        json.WriteString("nictype", "vif");
        if (nic.Mtu is { } mtu) json.WriteNumber("mtu", mtu);
        if (nic.RateBytesPerSecond is { } rate)
        {
            json.WriteNumber("rate_bytes_per_interval", BytesPerInterval(rate));
            json.WriteNumber("rate_interval_usecs", RateIntervalMicroseconds);
        }
        json.WriteEndObject();
    }

    private static long BytesPerInterval(long bytesPerSecond) => Math.Max(1, (long)((decimal)bytesPerSecond * RateIntervalMicroseconds / MicrosecondsPerSecond));
}
