using System.IO.Pipelines;

namespace Reconciler.Kubernetes.Http;

/// <summary>An answer that is being read; holds its connection pool open until it is disposed.</summary>
internal sealed class ApiStream(HttpResponseMessage response, ConnectionPool pool) : IDisposable
{
    private bool _isDisposed;

    internal HttpResponseMessage Response => response;

    internal static async Task<PipeReader> OpenPipeAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 32 * 1024, minimumReadSize: 4 * 1024));
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        response.Dispose();
        pool.Exit();
    }
}
