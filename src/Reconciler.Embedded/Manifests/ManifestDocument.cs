using System.Text.Json.Nodes;
using Reconciler.Embedded.Resources;
using Reconciler.Embedded.Storage;
using Reconciler.Kubernetes.Yaml;

namespace Reconciler.Embedded.Manifests;

/// <summary>One object of a manifest file, as far as its identity: its fields are judged when it is applied.</summary>
internal sealed record ManifestDocument(string File, ResourceType Type, ObjectKey Key, JsonObject Entity, YamlDocument Source)
{
    /// <summary>"Domain default/web".</summary>
    public string Name => ManifestNames.Of(Type, Key);

    public int Line => Source.Start.Line;

    /// <summary>The problem with one field, at its line; a field that is missing, at the line of what it is missing in.</summary>
    public ManifestProblem Problem(string? field, string message) => field is null
        ? new ManifestProblem(File, Line, Name, message)
        : new ManifestProblem(File, Source.Locate(Schemas.FieldError.ToPointer(field)).Line, Name, $"{field}: {message}");
}
