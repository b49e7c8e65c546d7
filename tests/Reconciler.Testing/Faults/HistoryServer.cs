using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Testing.Contract;
using Shouldly;

namespace Reconciler.Testing.Faults;

/// <summary>
/// An API server for widgets that keeps every state it ever had, so that it answers lists and watches from any version as a real one does:
/// pages of one version, selectors, compaction, caches that are behind. It misbehaves exactly as it is told, and as the protocol allows.
/// </summary>
/// <remarks>
/// What a watch promises (kubernetes issue 46173 and the API concepts page): the changes of one object come in order, and a watch from a
/// version misses none after it. What it does not: an order between objects; one frame for each change (several may come as one); that
/// a state was never shown before (whoever resumes from an older version sees again what came after it).
/// </remarks>
public sealed partial class HistoryServer(VirtualTime time) : ListWatchClient
{
    public const string Selector = "host=here";

    private readonly List<ImmutableSortedDictionary<string, Stored>> _states = [ImmutableSortedDictionary<string, Stored>.Empty];
    private readonly List<string> _changed = [""];
    private readonly Dictionary<string, long> _absentAt = [];
    private readonly List<OpenWatch> _watches = [];
    private readonly Queue<ServerFault> _listFaults = new();
    private readonly Queue<ServerFault> _watchFaults = new();
    private (ServerFault Fault, TimeSpan Until)? _spell;
    private long _compacted;
    private long _uids;
    private int _lag;

    /// <summary>What exists.</summary>
    public ImmutableSortedDictionary<string, Stored> Truth => _states[^1];

    /// <summary>Something old may be shown again. Stays set until who knows that it is over takes it back.</summary>
    public bool HasGoneBack { get; set; }

    /// <summary>Whether a watch may begin with all objects; servers before 1.32 refuse that.</summary>
    public bool KnowsStreamedLists { get; set; }

    /// <summary>Watches that are open and not silent.</summary>
    public int LiveWatches => _watches.Count(w => !w.IsSilent);

    public void Create(string name) => Commit(name, new Stored(
        new Widget
        {
            Metadata = new() { Namespace = "ns", Name = name, Uid = $"uid-{++_uids}", Generation = 1, Labels = Labels(isHere: true) },
            Spec = new() { Size = "small" },
        },
        IsReadable: true));

    public void Delete(string name) => Commit(name, null);

    public void Change(string name, Func<Stored, Stored> change) => Commit(name, change(Truth[name]));

    public static ImmutableDictionary<string, string> Labels(bool isHere) => ImmutableDictionary<string, string>.Empty.Add("host", isHere ? "here" : "there");

    public static bool IsVisible(Stored? stored) => stored?.Widget.Metadata.Labels?["host"] == "here";

    /// <summary>Whether the selector has not shown the object at some time after <paramref name="version"/>.</summary>
    public bool WasAbsentSince(string name, long version) =>
        !IsVisible(Truth.GetValueOrDefault(name)) || _absentAt.GetValueOrDefault(name, -1) >= version;

    /// <summary>Forgets all states but the present one: watches and continue tokens from before are gone.</summary>
    public void Compact() => _compacted = Current;

    public void FailNextList(ServerFault fault) => _listFaults.Enqueue(fault);

    public void FailNextWatch(ServerFault fault) => _watchFaults.Enqueue(fault);

    /// <summary>Every call fails so for a while, and the open watches with them.</summary>
    public void FailFor(ServerFault fault, TimeSpan duration)
    {
        _spell = (fault, time.Elapsed + duration);
        Sever(ServerFault.Lost);
    }

    /// <summary>Ends all open watches in this way; <see cref="ServerFault.Silent"/> leaves them open and says no more.</summary>
    public void Sever(ServerFault fault)
    {
        _watches.ForEach(w => w.Ending ??= fault);
        Signal();
    }

    /// <summary>From now on each frame of the open watches takes its time.</summary>
    public void SlowDown(TimeSpan perFrame) => _watches.ForEach(w => w.PerFrame = perFrame);

    /// <summary>The open watches send the last changes again, as to one who has resumed from an older version.</summary>
    public void Rewind(int changes)
    {
        HasGoneBack = true;
        _watches.ForEach(w => w.At = Math.Min(w.At, Math.Max(_compacted, w.At - changes)));
        Signal();
    }

    /// <summary>Lists that may come from a cache are this many versions old.</summary>
    public void LagBehind(int versions)
    {
        HasGoneBack = true;
        _lag = versions;
    }

    /// <summary>Against the protocol: the open watches pass over what happened last.</summary>
    public void LoseLastChange() => _watches.ForEach(w => w.At = Current);

    /// <summary>Nothing goes wrong any more. What has gone silent stays so.</summary>
    public void Heal()
    {
        _listFaults.Clear();
        _watchFaults.Clear();
        (_spell, _lag) = (null, 0);
        SlowDown(TimeSpan.Zero);
    }

    public override async Task<ResourceList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
    {
        options.LabelSelector.ShouldBe(Selector);
        await MeetFaultAsync(_listFaults, cancellationToken);
        var (version, after) = options.Continue is { } token ? Parse(token) : (VersionFor(options.ResourceVersion), "");
        if (version < _compacted)
        {
            throw Error(ServerFault.Gone);
        }

        var all = _states[(int)version].Where(o => IsVisible(o.Value) && string.CompareOrdinal(o.Key, after) > 0).ToList();
        var page = all.Take(options.Limit ?? int.MaxValue).ToList();
        return (ResourceList<T>)(object)new ResourceList<Widget>
        {
            Items = [.. page.Where(o => o.Value.IsReadable).Select(o => o.Value.Widget)],
            Undecodable = [.. page.Where(o => !o.Value.IsReadable).Select(o => Undecodable(o.Value))],
            ResourceVersion = Text(version),
            Continue = page.Count < all.Count ? $"{version}/{page[^1].Key}" : null,
        };
    }

    public override IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchOptions options, CancellationToken cancellationToken) => (IAsyncEnumerable<WatchEvent<T>>)(object)WatchAsync(options, cancellationToken);

    private long Current => _states.Count - 1;

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static (long Version, string After) Parse(string token) =>
        (long.Parse(token.Split('/')[0], CultureInfo.InvariantCulture), token.Split('/')[1]);

    private static UndecodableObject Undecodable(Stored stored) =>
        new(stored.Widget.Metadata.Namespace, stored.Widget.Metadata.Name, "$.spec.size: not to be read");

    private static KubernetesApiException Error(ServerFault fault)
    {
        var (code, reason, message) = fault switch
        {
            ServerFault.Busy => (429, "TooManyRequests", "too many requests"),
            ServerFault.Broken => (500, "InternalError", "etcdserver: leader changed"),
            ServerFault.Unavailable => (503, "ServiceUnavailable", "apiserver is shutting down"),
            ServerFault.Behind => (504, "Timeout", "Timeout: Too large resource version: 9, current: 7"),
            ServerFault.Gone => (410, "Expired", "too old resource version"),
            ServerFault.Unauthorized => (401, "Unauthorized", "Unauthorized"),
            ServerFault.Forbidden => (403, "Forbidden", "cannot list resource \"widgets\""),
            ServerFault.Missing => (404, "NotFound", "the server could not find the requested resource"),
            ServerFault.Unreadable => (200, null, "the answer can't be read"),
            _ => (0, null, "the connection was lost"),
        };
        return new KubernetesApiException(
            message,
            code == 0 ? null : (HttpStatusCode)code,
            reason is null ? null : new KubernetesStatus { Code = code, Reason = reason, Message = message })
        {
            RetryAfter = fault == ServerFault.Busy ? TimeSpan.FromSeconds(7) : null,
        };
    }

    private void Commit(string name, Stored? next)
    {
        var version = Current + 1;
        var old = Truth.GetValueOrDefault(name);
        if (!IsVisible(old))
        {
            _absentAt[name] = Current;
        }

        _states.Add(next is null
            ? Truth.Remove(name)
            : Truth.SetItem(name, next with { Widget = next.Widget with { Metadata = next.Widget.Metadata with { ResourceVersion = Text(version) } } }));
        _changed.Add(name);
        Signal();
    }

    private void Signal()
    {
        _watches.ForEach(w => w.Waiting.TrySetResult());
    }

    private long VersionFor(string? asked)
    {
        if (asked is null)
        {
            return Current;
        }

        var least = long.Parse(asked, CultureInfo.InvariantCulture);
        return least > Current ? throw Error(ServerFault.Behind) : Math.Max(Math.Max(least, _compacted), Current - _lag);
    }

    private async Task MeetFaultAsync(Queue<ServerFault> faults, CancellationToken cancellationToken)
    {
        await Task.Yield();
        ServerFault? fault = faults.TryDequeue(out var next) ? next : _spell is { } spell && time.Elapsed < spell.Until ? spell.Fault : null;
        switch (fault)
        {
            case null or ServerFault.Ends:
                break;
            case ServerFault.Silent:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                break;
            case ServerFault.Slow:
                await Task.Delay(TimeSpan.FromSeconds(10), time, cancellationToken);
                break;
            default:
                throw Error(fault.Value);
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>An object of the server, and whether clients can decode it.</summary>
    public sealed record Stored(Widget Widget, bool IsReadable);
}
