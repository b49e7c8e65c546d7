using System.Net;
using System.Security.Cryptography;
using Polly;
using Polly.Timeout;
using Reconciler.Agent.Storage.Work;
using Reconciler.Api.Conditions;
using Reconciler.Api.Disks;

namespace Reconciler.Agent.Storage.Content;

/// <summary>Fetches an image, and hashes it while it is written.</summary>
/// <remarks>
/// There is no limit to how long it takes, only to how long nothing comes: an image of many GiB over a slow line is no fault, a server that
/// has stopped talking is.
/// </remarks>
internal sealed class HttpImport(HttpOrigin from, HttpMessageInvoker http, TimeProvider time) : IOrigin
{
    /// <summary>How long a server may say nothing.</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromSeconds(30);

    /// <summary>A wrong sum is wrong again until somebody changes the file, or the spec, which counts at once.</summary>
    public static readonly TimeSpan AfterMismatch = TimeSpan.FromMinutes(30);

    private const int Chunk = 1 << 20;

    private readonly ResiliencePipeline _patience = new ResiliencePipelineBuilder { TimeProvider = time }.AddTimeout(Stall).Build();

    /// <summary>As messages name it: names, passwords and queries of URLs are often secrets.</summary>
    private readonly string _name = new Uri(from.Url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <inheritdoc/>
    public async Task CopyToAsync(SparseWriter writer, long? limit, VolumeJob job, CancellationToken cancellationToken)
    {
        var step = $"Fetching {_name}";
        job.Begin(step);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, from.Url);
            using var response = await _patience.ExecuteAsync(async token => await http.SendAsync(request, token), cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK) throw Failed($"it answers with status {(int)response.StatusCode}");
            var length = response.Content.Headers.ContentLength;
            if (length > limit) throw TooLong(length.Value, limit.Value);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[Chunk];
            while (await ReadAsync(body, buffer, writer.Length, cancellationToken) is > 0 and var read)
            {
                if (writer.Length + read > limit) throw TooLong(writer.Length + read, limit.Value);
                hash.AppendData(buffer, 0, read);
                await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                job.Advance(step, writer.Length, length);
            }

            if (length is not null && writer.Length != length) throw Failed($"the connection ended after {writer.Length} of {length} bytes");
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) is var sum && sum != from.Sha256) throw Mismatch(sum);
        }
        catch (TimeoutRejectedException e)
        {
            throw Failed($"the server has sent nothing for {Stall.TotalSeconds:0} s, after {writer.Length} bytes", e);
        }
        catch (HttpRequestException e)
        {
            throw Failed(e.InnerException?.Message ?? e.Message, e);
        }
    }

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, long done, CancellationToken cancellationToken)
    {
        try
        {
            return await _patience.ExecuteAsync(async token => await body.ReadAsync(buffer, token), cancellationToken);
        }
        catch (IOException e)
        {
            throw Failed($"the connection broke after {done} bytes: {e.Message}", e);
        }
    }

    private VolumeException Failed(string why, Exception? inner = null) =>
        new(DeviceReadyCondition.ImportFailed, $"create.from.http.url: {_name} can't be fetched: {why}.", inner);

    private VolumeException Mismatch(string sum) => new(
        DeviceReadyCondition.ChecksumMismatch,
        $"create.from.http.sha256: {_name} has the SHA-256 {sum}, and not {from.Sha256}. It was thrown away. Correct the sum, if the file is the one that is meant, or the url.")
    {
        RetryAfter = AfterMismatch,
    };

    private VolumeException TooLong(long length, long limit) => new(
        DeviceReadyCondition.SourceNotUsable, $"create.size: {limit} bytes are too few for {_name}, which has {length} or more. Make it greater.")
    {
        RetryAfter = AfterMismatch,
    };
}
