using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Reconciler.Xen.Light.Worker.Protocol;

/// <summary>
/// What agent and worker say to each other: one JSON value a line. The agent speaks first (<see cref="WorkerHello"/>), the worker answers
/// (<see cref="WorkerReady"/>); then each <see cref="WorkerRequest"/> gets one <see cref="WorkerReply"/> with its id, in order. When an
/// operation is over, the worker writes <see cref="LogMark"/> to standard error, so that the agent knows which lines belong to it.
/// </summary>
internal static class WorkerProtocol
{
    /// <summary>Both sides are the same binary, except for a worker that outlives its agent's upgrade: that one is asked nothing any more.</summary>
    public const int Version = 1;

    /// <summary>Longest line, bytes. A longer one is not of this protocol. (1,024 domains with large marks are 4 MB.)</summary>
    public const int MaxLine = 16 * 1024 * 1024;

    public static string LogMark(long id) => $"\u0001end {id}";

    public static byte[] Encode<T>(T message, JsonTypeInfo<T> type)
    {
        // The default encoder escapes control characters, so a message never holds a line end.
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        Array.Resize(ref json, json.Length + 1);
        json[^1] = (byte)'\n';
        return json;
    }

    /// <summary>Null: not such a message.</summary>
    public static T? Decode<T>(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            // NotSupportedException: an operation without its discriminator.
            return null;
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(WorkerHello))]
[JsonSerializable(typeof(WorkerReady))]
[JsonSerializable(typeof(WorkerRequest))]
[JsonSerializable(typeof(WorkerReply))]
internal sealed partial class WorkerJson : JsonSerializerContext;
