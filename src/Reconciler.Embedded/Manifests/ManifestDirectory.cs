using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Embedded.Storage;
using Reconciler.Kubernetes.Client;

namespace Reconciler.Embedded.Manifests;

/// <summary>
/// Keeps the objects of a store as the manifests in a directory say, as kubelet does with static pods: a new file is an apply, an edit is an
/// apply, a removal asks for deletion.
/// </summary>
/// <remarks>
/// What never happens by mistake is a deletion. An object goes only when the directory was read, no file names it for a while, and no file
/// that can't be read may hold it. A document that has become bad keeps its object as it last was; a directory that can't be read keeps all.
/// </remarks>
public sealed partial class ManifestDirectory
{
    /// <summary>The annotation of an object that names its file.</summary>
    public const string SourceAnnotation = "xen.reconciler.dev/manifest";

    /// <summary>Owner of the fields that manifests set.</summary>
    public const string FieldManager = "reconciler-manifests";

    private readonly string _path;
    private readonly EmbeddedStore _store;
    private readonly ManifestDirectoryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ManifestParser _parser;
    private readonly Dictionary<ObjectKey, AppliedManifest> _applied = [];
    private readonly Dictionary<ObjectKey, DateTimeOffset> _absentSince = [];
    private Dictionary<string, ManifestFile> _files = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<ManifestProblem> _problems = [];
    private volatile bool _hasPendingRemovals;

    /// <param name="path">The directory. Need not be there yet.</param>
    /// <param name="store">What it fills.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="time">Null: the system's clock.</param>
    /// <param name="logger">Each problem is told once, and once when it is mended.</param>
    public ManifestDirectory(
        string path, EmbeddedStore store, ManifestDirectoryOptions? options = null, TimeProvider? time = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _path = System.IO.Path.GetFullPath(path);
        _store = store;
        _options = options ?? new ManifestDirectoryOptions();
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
        _parser = new ManifestParser(store.ResourceTypes);
    }

    /// <summary>The directory.</summary>
    public string Path => _path;

    /// <summary>What is wrong now.</summary>
    public IReadOnlyList<ManifestProblem> Problems => _problems;

    /// <summary>True while objects are in no file any more and their deletion has not been asked for yet.</summary>
    public bool HasPendingRemovals => _hasPendingRemovals;

    /// <summary>Reads the directory once and makes the store follow.</summary>
    /// <returns>When to look again although nothing changes; null when nothing is pending.</returns>
    public TimeSpan? Scan()
    {
        IReadOnlyList<ManifestFile> files;
        try
        {
            files = ManifestFolder.Read(_path, _files, _parser);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _absentSince.Clear();
            Report([new ManifestProblem(
                _path, Line: null, Object: null,
                $"the directory of manifests can't be read ({exception.Message}); nothing is changed until it can")]);
            return null;
        }

        _files = files.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var set = ManifestSet.Of(files);
        var problems = set.Problems.ToList();
        TimeSpan? pending = null;
        foreach (var document in set.Documents.Values.OrderBy(d => d.File, StringComparer.Ordinal).ThenBy(d => d.Line))
        {
            if (Apply(document, problems)) pending = Earlier(pending, TimeSpan.FromSeconds(1));
        }

        var removal = Remove(set, problems);
        _hasPendingRemovals = removal is not null;
        pending = Earlier(pending, removal);
        Report(problems);
        return pending;
    }

    /// <returns>True when it must be tried again soon.</returns>
    private bool Apply(ManifestDocument document, List<ManifestProblem> problems)
    {
        _absentSince.Remove(document.Key);
        var existing = _store.Find(document.Key);
        if (existing?["metadata"]?["deletionTimestamp"] is not null)
        {
            // It was removed and came back: the old one ends first, and the new one is another machine.
            problems.Add(document.Problem(field: null, "is still being deleted; it is made anew as soon as it is gone"));
            return true;
        }

        var applied = new AppliedManifest(existing?["metadata"]?["uid"]?.GetValue<string>(), document.File, document.Entity);
        if (existing is not null && _applied.TryGetValue(document.Key, out var before) && before.Equals(applied)) return false;
        try
        {
            var result = _store.Apply(document.Type, WithSource(document), new ApplyOptions(FieldManager));
            _applied[document.Key] = applied with { Uid = result["metadata"]!["uid"]!.GetValue<string>() };
            return false;
        }
        catch (KubernetesApiException exception)
        {
            _applied.Remove(document.Key);
            var kept = existing is null ? "" : "; it stays as it was before";
            if (exception.Status?.Details?.Causes is { Count: > 0 } causes)
                problems.AddRange(causes.Select(c => document.Problem(c.Field, c.Message + kept)));
            else problems.Add(document.Problem(field: null, exception.Message + kept));
            return exception.IsTransient;
        }
    }

    private TimeSpan? Remove(ManifestSet set, List<ManifestProblem> problems)
    {
        TimeSpan? pending = null;
        var absent = new HashSet<ObjectKey>();
        foreach (var type in _store.ResourceTypes)
        {
            foreach (var metadata in _store.ReadAll(type).Select(e => e["metadata"]!))
            {
                var key = new ObjectKey(
                    type.QualifiedName, metadata["namespace"]?.GetValue<string>(), metadata["name"]!.GetValue<string>());
                var source = metadata["annotations"]?[SourceAnnotation]?.GetValue<string>();
                if (source is null || set.Documents.ContainsKey(key) || metadata["deletionTimestamp"] is not null) continue;
                if (set.MayStillHold(key.Name, source) is { } file)
                {
                    problems.Add(new ManifestProblem(
                        file.Name, Line: null, ManifestNames.Of(type, key),
                        "stays as it was last read: this file can't be read whole, and it may be in it"));
                    continue;
                }

                absent.Add(key);
                var since = _absentSince.TryGetValue(key, out var known) ? known : _absentSince[key] = _time.GetUtcNow();
                var left = since + _options.RemovalDelay - _time.GetUtcNow();
                if (left > TimeSpan.Zero) pending = Earlier(pending, left);
                else Delete(type, key, metadata["uid"]!.GetValue<string>(), source, problems);
            }
        }

        foreach (var key in _absentSince.Keys.Except(absent).ToArray()) _absentSince.Remove(key);
        return pending;
    }

    private void Delete(Resources.ResourceType type, ObjectKey key, string uid, string source, List<ManifestProblem> problems)
    {
        try
        {
            _store.Delete(type, key.Name, key.Namespace, new DeleteOptions { Uid = uid });
            _applied.Remove(key);
            Log.Removed(_logger, ManifestNames.Of(type, key), source);
        }
        catch (KubernetesApiException exception)
        {
            problems.Add(new ManifestProblem(
                source, Line: null, ManifestNames.Of(type, key), $"was removed and can't be deleted: {exception.Message}"));
        }
    }

    private static JsonObject WithSource(ManifestDocument document)
    {
        var entity = (JsonObject)document.Entity.DeepClone();
        var metadata = (JsonObject)entity["metadata"]!;
        // Anything else than a map is named by the validation.
        if (metadata["annotations"] is null) metadata["annotations"] = new JsonObject();
        if (metadata["annotations"] is JsonObject annotations) annotations[SourceAnnotation] = document.File;
        return entity;
    }

    private void Report(List<ManifestProblem> problems)
    {
        // A problem stays the same when lines are added above it.
        static (string, string?, string) Identity(ManifestProblem p) => (p.File, p.Object, p.Message);
        var (before, now) = (_problems.Select(Identity).ToHashSet(), problems.Select(Identity).ToHashSet());
        foreach (var problem in problems.Where(p => !before.Contains(Identity(p)))) Log.Problem(_logger, problem);
        foreach (var problem in _problems.Where(p => !now.Contains(Identity(p)))) Log.Mended(_logger, problem);
        if (!_problems.SequenceEqual(problems)) _problems = problems;
    }

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b ?? a : a;

    /// <summary>What was applied last, and to which object: it is not applied again until one of them changes.</summary>
    private sealed record AppliedManifest(string? Uid, string File, JsonObject Entity)
    {
        public bool Equals(AppliedManifest? other) =>
            other is not null && Uid == other.Uid && File == other.File && JsonNode.DeepEquals(Entity, other.Entity);

        public override int GetHashCode() => HashCode.Combine(Uid, File);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Problem}")]
        public static partial void Problem(ILogger logger, ManifestProblem problem);

        [LoggerMessage(2, LogLevel.Information, "Mended: {Problem}")]
        public static partial void Mended(ILogger logger, ManifestProblem problem);

        [LoggerMessage(3, LogLevel.Information, "{Object} is in no manifest any more (it was in {File}): deletion is asked for")]
        public static partial void Removed(ILogger logger, string @object, string file);
    }
}
