using Reconciler.Kubernetes.Model;

namespace Reconciler.Agent.Commands.Standalone;

/// <summary>An event, as a line.</summary>
internal sealed record SeenEvent(TimeSpan Age, bool IsWarning, string Reason, string Object, string Note)
{
    public static SeenEvent Of(Event entity, DateTimeOffset now) => new(
        now - (entity.Series?.LastObservedTime ?? entity.EventTime ?? entity.Metadata.CreationTimestamp ?? now),
        entity.Type == "Warning",
        entity.Reason ?? "",
        entity.Regarding is { } regarding ? $"{(string.IsNullOrEmpty(regarding.Namespace) ? "" : $"{regarding.Namespace}/")}{regarding.Name}" : "",
        entity.Note ?? "");
}
