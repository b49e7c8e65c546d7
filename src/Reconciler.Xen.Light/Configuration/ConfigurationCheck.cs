using System.Text.Json;
using Reconciler.Xen.Host;

namespace Reconciler.Xen.Light.Configuration;

/// <summary>
/// libxl ignores keys that it does not know, without a word. So every configuration is read back, and each leaf that was sent must have
/// survived.
/// </summary>
/// <remarks>
/// libxl leaves out what equals its default (zero, false, and others: the <c>init_val</c> of libxl_types.idl). So a leaf that is missing is
/// sent once more, alone, with other values of its kind: a key that libxl knows then shows up, or makes it refuse; one that it does not know
/// stays missing. No table of keys or defaults is kept here that a new Xen could make false.
/// </remarks>
internal static class ConfigurationCheck
{
    /// <param name="configuration">The JSON to be sent.</param>
    /// <param name="readBack">Reads and writes JSON with libxl; null when libxl refused it. Second argument: a refusal is expected.</param>
    /// <exception cref="XenException"><see cref="XenErrorCode.InvalidConfiguration"/>, naming each path with its values.</exception>
    public static void Verify(string configuration, Func<string, bool, string?> readBack)
    {
        if (readBack(configuration, false) is not { } kept)
            throw new XenException(XenErrorCode.InvalidConfiguration, "configuration", $"libxl refused to read it: {configuration}");

        using var sent = JsonDocument.Parse(configuration);
        using var read = JsonDocument.Parse(kept);
        List<ConfigurationLoss> losses = [];
        Compare(new Place([]), sent.RootElement, read.RootElement, losses, IsKnown);
        if (losses.Count > 0)
            throw new XenException(XenErrorCode.InvalidConfiguration, "configuration", string.Join("; ", losses));

        bool IsKnown(Place place, JsonElement value) => OtherValues(value).Any(other =>
        {
            if (readBack(place.Containing(other), true) is not { } shown) return true;
            using var document = JsonDocument.Parse(shown);
            return place.IsIn(document.RootElement);
        });
    }

    private static void Compare(
        Place place, JsonElement sent, JsonElement? kept, List<ConfigurationLoss> losses, Func<Place, JsonElement, bool> isKnown)
    {
        if (kept is null && IsLeaf(sent))
        {
            if (!isKnown(place, sent)) losses.Add(new ConfigurationLoss(place.ToString(), sent.GetRawText(), null));
        }
        else if (sent.ValueKind is JsonValueKind.Object && kept?.ValueKind is null or JsonValueKind.Object)
        {
            foreach (var property in sent.EnumerateObject())
                Compare(place.Property(property.Name), property.Value, Property(kept, property.Name), losses, isKnown);
        }
        else if (sent.ValueKind is JsonValueKind.Array && kept?.ValueKind is null or JsonValueKind.Array)
        {
            if (kept is { } list && list.GetArrayLength() != sent.GetArrayLength())
                losses.Add(new ConfigurationLoss(place.ToString(), sent.GetRawText(), list.GetRawText()));
            else
                for (var i = 0; i < sent.GetArrayLength(); i++) Compare(place.Item(i), sent[i], kept?[i], losses, isKnown);
        }
        else if (!SameValue(sent, kept!.Value))
        {
            losses.Add(new ConfigurationLoss(place.ToString(), sent.GetRawText(), kept.Value.GetRawText()));
        }
    }

    /// <summary>An empty object or list counts: the key alone says something (<c>"type.pvh": {}</c>).</summary>
    private static bool IsLeaf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => !value.EnumerateObject().MoveNext(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => true,
    };

    private static JsonElement? Property(JsonElement? parent, string name) =>
        parent is { } value && value.TryGetProperty(name, out var property) ? property : null;

    private static bool SameValue(JsonElement sent, JsonElement kept)
    {
        if (sent.ValueKind != kept.ValueKind) return false;
        return sent.ValueKind switch
        {
            JsonValueKind.String => sent.GetString() == kept.GetString(),
            JsonValueKind.Number => sent.TryGetDecimal(out var a) && kept.TryGetDecimal(out var b) ? a == b : sent.GetRawText() == kept.GetRawText(),
            _ => true,
        };
    }

    /// <summary>
    /// JSON of the same kind with another value; several where one might be the default. "x" is no name of any enumeration, no uuid and no
    /// address: what is more than a string refuses it. An empty object has no other value; libxl shows it where it knows it.
    /// </summary>
    private static string[] OtherValues(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => ["true", "false"],
        JsonValueKind.Number => ["1", "2"],
        JsonValueKind.String or JsonValueKind.Null => ["\"x\""],
        JsonValueKind.Array => ["[1]", "[\"x\"]", "[{}]"],
        _ => [],
    };
}
