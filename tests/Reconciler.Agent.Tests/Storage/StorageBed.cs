using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Reconciler.Agent.Mapping;
using Reconciler.Agent.Storage;
using Reconciler.Agent.Storage.Tools;
using Reconciler.Api.Disks;
using Reconciler.Runtime;
using Reconciler.Testing;
using Reconciler.Xen.Light.Policy;

namespace Reconciler.Agent.Tests.Storage;

/// <summary>The storage of a host in which only one directory is allowed, with a web server and programs that the test plays. Its time is the test's.</summary>
internal sealed class StorageBed : HttpMessageHandler, ITools, IAsyncDisposable
{
    public static readonly Guid Mine = Guid.Parse("5f0c0a52-0000-4000-8000-000000000001");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly LocalStorage _storage;
    private readonly IAsyncEnumerator<ObjectKey> _signals;

    public StorageBed(params string[] allowed)
    {
        _storage = new LocalStorage(
            new HostPolicy { DiskDirectories = allowed }, this, new HttpMessageInvoker(this), (path, _) => Task.FromResult(WriterOf(path)), Time, NullLogger.Instance);
        _signals = _storage.SignalsAsync(CancellationToken.None).GetAsyncEnumerator();
    }

    public VirtualTime Time { get; } = new();

    /// <summary>What the web server answers; each request is counted.</summary>
    public Func<HttpResponseMessage> Answer { get; set; } = () => new HttpResponseMessage(HttpStatusCode.NotFound);

    public int Requests { get; private set; }

    /// <summary>The programs of the host; one that is missing is not there.</summary>
    public Dictionary<string, Func<IReadOnlyList<string>, ToolResult>> Programs { get; } = [];

    /// <summary>Each program that was run, with its arguments.</summary>
    public List<string> Ran { get; } = [];

    /// <summary>Who may write to which path.</summary>
    public Func<string, string?> WriterOf { get; set; } = _ => null;

    public SourceState Prepare(DiskSource source) => _storage.Prepare(source);

    public Task<Problem?> ReleaseAsync(DiskSource source, bool delete = true) => _storage.ReleaseAsync(source, delete, CancellationToken.None);

    public Task<PoolState> LookAsync(PoolPlace pool) => _storage.LookAsync(pool, CancellationToken.None);

    /// <summary>Looks at it, and again whenever something has changed, until it is so.</summary>
    public async Task<SourceState> UntilAsync(DiskSource source, Func<SourceState, bool> holds)
    {
        for (; ; )
        {
            var state = Prepare(source);
            if (holds(state)) return state;
            try
            {
                await _signals.MoveNextAsync().AsTask().WaitAsync(Patience);
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"It stayed as it was: {state}", e);
            }
        }
    }

    public Task<SourceState> UntilReadyAsync(DiskSource source) => UntilAsync(source, state => state.Problem is null);

    public Task<SourceState> UntilReasonAsync(DiskSource source, string reason) => UntilAsync(source, state => state.Problem?.Reason == reason);

    public Task<ToolResult?> RunAsync(string program, params IReadOnlyList<string> arguments)
    {
        lock (Ran) Ran.Add($"{program} {string.Join(' ', arguments)}");
        return Task.FromResult(Programs.TryGetValue(program, out var run) ? run(arguments) : null);
    }

    public static HttpResponseMessage Ok(Stream body, long? length = null)
    {
        var answer = new HttpResponseMessage { Content = new StreamContent(body) };
        answer.Content.Headers.ContentLength = length;
        return answer;
    }

    public static DiskSource Volume(PoolPlace pool, string name, string? create, VolumeOrigin? from = null, DiskFormat format = DiskFormat.Raw) => new()
    {
        Path = pool.PathOf(name), Pool = pool, IsBlockDevice = pool.Directory is null, ObjectUid = Mine, Format = format,
        Create = create is null ? null : new VolumeCreate { Size = create, From = from }, Domain = new ObjectKey("shop", "web"),
    };

    public async ValueTask DisposeAsync()
    {
        await _signals.DisposeAsync();
        await _storage.DisposeAsync();
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        return Task.FromResult(Answer());
    }
}
