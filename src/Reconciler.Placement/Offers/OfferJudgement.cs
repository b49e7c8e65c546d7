using Reconciler.Api.Conditions;
using Reconciler.Api.Validation;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime;

namespace Reconciler.Placement.Offers;

/// <summary>What is said of a pool or network. Both have the same conditions and reasons.</summary>
internal static class OfferJudgement
{
    /// <summary>A message names at most this many users or hosts: it has to be read by a person.</summary>
    private const int Named = 8;

    /// <param name="metadata">The object's.</param>
    /// <param name="current">Its conditions.</param>
    /// <param name="errors">What is wrong with its spec.</param>
    /// <param name="users">Who uses it.</param>
    /// <param name="reports">What hosts say of it.</param>
    /// <param name="now">For conditions that flip.</param>
    public static OfferStatus Of(
        ObjectMeta metadata,
        IReadOnlyList<Condition>? current,
        IReadOnlyList<FieldError> errors,
        IReadOnlyList<ObjectKey> users,
        IReadOnlyList<HostReport> reports,
        DateTimeOffset now)
    {
        var ready = reports.Count(report => report.Ready);
        var (status, reason, message) = Ready(metadata, errors, users, reports, ready);
        return new OfferStatus(
            metadata.Generation,
            [
                errors.Count == 0
                    ? Next(AcceptedCondition.Type, ConditionStatus.True, AcceptedCondition.Valid, "")
                    : Next(AcceptedCondition.Type, ConditionStatus.False, AcceptedCondition.InvalidSpec, string.Join(" ", errors)),
                Next(StoragePoolReadyCondition.Type, status, reason, message),
            ],
            users.Count,
            ready);

        Condition Next(string type, string value, string why, string text) => current.Next(type, value, why, text, metadata.Generation, now);
    }

    private static (string Status, string Reason, string Message) Ready(
        ObjectMeta metadata, IReadOnlyList<FieldError> errors, IReadOnlyList<ObjectKey> users, IReadOnlyList<HostReport> reports, int ready)
    {
        if (metadata.DeletionTimestamp is not null && users.Count > 0)
            return (ConditionStatus.False, StoragePoolReadyCondition.InUse, $"It is being deleted and waits for {Names(users.Select(user => user.ToString()), users.Count)}");
        if (errors.Count > 0) return (ConditionStatus.False, StoragePoolReadyCondition.NotAccepted, string.Join(" ", errors));

        var not = reports.Where(report => !report.Ready).ToList();
        var why = Names(not.Select(report => $"{report.Host}: {report.Message}"), not.Count);
        if (ready == 0) return (ConditionStatus.False, StoragePoolReadyCondition.NotReachable, reports.Count == 0 ? "No host has reported on it yet" : why);
        return not.Count == 0
            ? (ConditionStatus.True, StoragePoolReadyCondition.Ready, "")
            : (ConditionStatus.True, StoragePoolReadyCondition.ReadyOnSome, $"Not on {why}");
    }

    private static string Names(IEnumerable<string> names, int count) =>
        $"{string.Join("; ", names.Take(Named))}{(count > Named ? $"; and {count - Named} more" : "")}";
}
