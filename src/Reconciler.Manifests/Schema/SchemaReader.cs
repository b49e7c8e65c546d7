using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Schema;
using Reconciler.Manifests.Docs;

namespace Reconciler.Manifests.Schema;

/// <summary>Reads the structural schema of a type: its properties, their attributes and their documentation.</summary>
internal static class SchemaReader
{
    private static readonly Dictionary<Type, (string Type, string? Format)> Scalars = new()
    {
        [typeof(string)] = ("string", null),
        [typeof(bool)] = ("boolean", null),
        [typeof(int)] = ("integer", "int32"),
        [typeof(long)] = ("integer", "int64"),
        [typeof(DateTimeOffset)] = ("string", "date-time"),
    };

    /// <summary>The schema of an object type, its properties in the order of declaration.</summary>
    public static SchemaNode ReadObject(Type type) => new()
    {
        Type = "object",
        Description = XmlDocumentation.Of(type),
        IsAtomic = type.IsDefined(typeof(AtomicAttribute)),
        Properties = [.. Declared(type).Select(ReadProperty)],
        Rules = Rules(type),
    };

    public static IReadOnlyList<(string Rule, string Message)> Rules(MemberInfo member) =>
        [.. member.GetCustomAttributes<ValidationRuleAttribute>(inherit: false).Select(rule => (rule.Rule, rule.Message))];

    private static IEnumerable<PropertyInfo> Declared(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.SetMethod is { IsPublic: true })
            .OrderBy(property => property.MetadataToken);

    private static SchemaProperty ReadProperty(PropertyInfo property)
    {
        var schema = ReadType(property.PropertyType, property);
        var length = property.GetCustomAttribute<LengthAttribute>();
        var range = property.GetCustomAttribute<RangeAttribute>();
        var pattern = property.GetCustomAttribute<PatternAttribute>()?.Pattern;
        var allowed = property.GetCustomAttribute<AllowedValuesAttribute>();
        schema = schema with
        {
            Description = XmlDocumentation.Of(property) ?? schema.Description
                ?? throw new InvalidOperationException($"{property.DeclaringType}.{property.Name} has no documentation: kubectl explain would be silent."),
            Default = ReadDefault(property),
            Pattern = schema.Items is null ? pattern : null,
            Items = schema.Items is null || pattern is null ? schema.Items : schema.Items with { Pattern = pattern },
            Minimum = range?.Minimum,
            Maximum = range is { Maximum: < long.MaxValue } ? range.Maximum : null,
            MinLength = length is { Minimum: > 0 } ? length.Minimum : null,
            MaxLength = length is { Maximum: < int.MaxValue } ? length.Maximum : null,
            Enum = allowed is null ? schema.Enum : [.. allowed.Values.Select(value => (value, (string?)null))],
            Rules = [.. schema.Rules, .. Rules(property)],
        };
        return new SchemaProperty(
            JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.IsDefined(typeof(RequiredMemberAttribute)), schema);
    }

    private static SchemaNode ReadType(Type type, PropertyInfo property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalars.TryGetValue(type, out var scalar)) return new SchemaNode { Type = scalar.Type, Format = scalar.Format };
        if (type.IsEnum)
        {
            return new SchemaNode
            {
                Type = "string",
                Enum = [.. Enum.GetNames(type).Select(name => (name, XmlDocumentation.Of(type.GetField(name)!)))],
            };
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            return new SchemaNode
            {
                Type = "array",
                ListMapKeys = property.GetCustomAttribute<ListMapAttribute>()?.Keys,
                Items = ReadType(type.GetGenericArguments()[0], property),
            };
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
            return new SchemaNode { Type = "object", AdditionalProperties = new SchemaNode { Type = "string" } };
        if (type.IsClass) return ReadObject(type);
        throw new NotSupportedException($"{property.DeclaringType}.{property.Name}: there is no schema for {type}.");
    }

    private static JsonNode? ReadDefault(PropertyInfo property) => property.GetCustomAttribute<DefaultAttribute>()?.Value switch
    {
        null => null,
        bool value => JsonValue.Create(value),
        int value => JsonValue.Create(value),
        Enum value => JsonValue.Create(value.ToString()),
        DefaultAttribute.EmptyObject => new JsonObject(),
        string value => JsonValue.Create(value),
        var value => throw new NotSupportedException($"{property.DeclaringType}.{property.Name}: a default can't be {value.GetType()}."),
    };
}
