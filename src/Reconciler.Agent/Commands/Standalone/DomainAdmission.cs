using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Api.Domains;
using Reconciler.Api.Validation;
using Reconciler.Embedded.Resources;
using EmbeddedError = Reconciler.Embedded.Schemas.FieldError;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>The rules for whole Domains, at the door of the embedded store: a bad manifest is named with its line before anything acts on it.</summary>
internal static class DomainAdmission
{
    public static IEnumerable<EmbeddedError> Validate(ResourceType type, JsonObject entity)
    {
        if (type.Kind != Domain.Definition.Kind) return [];
        Domain? domain;
        try
        {
            domain = entity.Deserialize(Domain.Definition.JsonTypeInfo);
        }
        catch (JsonException)
        {
            // The schema says what is wrong with it, and better.
            return [];
        }

        return domain is null ? [] : DomainValidation.Validate(domain).Select(e => new EmbeddedError(
            EmbeddedError.ToPointer(e.Field), "FieldValueInvalid", e.ToString()[(e.Field.Length + 2)..].TrimEnd('.')));
    }
}
