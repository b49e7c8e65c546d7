using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Api.Validation;
using Reconciler.Embedded.Resources;
using Reconciler.Kubernetes.Model;
using EmbeddedError = Reconciler.Embedded.Schemas.FieldError;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>The rules for whole objects, at the door of the embedded store: a bad manifest is named with its line before anything acts on it.</summary>
internal static class ManifestAdmission
{
    public static IEnumerable<EmbeddedError> Validate(ResourceType type, JsonObject entity) => type.Kind switch
    {
        _ when type.Kind == Domain.Definition.Kind => Judge<Domain>(entity, DomainValidation.Validate),
        _ when type.Kind == Vbd.Definition.Kind => Judge<Vbd>(entity, VbdValidation.Validate),
        _ when type.Kind == Vif.Definition.Kind => Judge<Vif>(entity, VifValidation.Validate),
        _ when type.Kind == XenStoragePool.Definition.Kind => Judge<XenStoragePool>(entity, XenStoragePoolValidation.Validate),
        _ when type.Kind == XenNetwork.Definition.Kind => Judge<XenNetwork>(entity, XenNetworkValidation.Validate),
        _ => [],
    };

    private static IEnumerable<EmbeddedError> Judge<T>(JsonObject json, Func<T, IReadOnlyList<FieldError>> validate)
        where T : class, IResource<T>
    {
        T? entity;
        try
        {
            entity = json.Deserialize(Kind<T>.Definition.JsonTypeInfo);
        }
        catch (JsonException)
        {
            // The schema says what is wrong with it, and better.
            return [];
        }

        return entity is null ? [] : validate(entity).Select(e => new EmbeddedError(
            EmbeddedError.ToPointer(e.Field), "FieldValueInvalid", e.ToString()[(e.Field.Length + 2)..].TrimEnd('.')));
    }
}
