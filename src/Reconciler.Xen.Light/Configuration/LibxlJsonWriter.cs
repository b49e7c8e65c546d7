using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>Writes JSON for libxl's parser.</summary>
internal static class LibxlJsonWriter
{
    // yajl reads plain UTF-8; what is not escaped needs no unescaping.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Options)) content(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
