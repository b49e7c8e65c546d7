using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Polly;
using Polly.Retry;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;

namespace Reconciler.Kubernetes.Http;

/// <summary>Sends calls: with credentials, within limits, again where that is safe. What comes out is a result or one typed exception.</summary>
internal sealed class ApiTransport : IDisposable
{
    private readonly KubernetesConfig _config;
    private readonly HttpKubernetesClientOptions _options;
    private readonly TimeProvider _time;
    private readonly ApiErrors _errors;
    private readonly SemaphoreSlim _slots;
    private readonly ResiliencePipeline _idempotent;
    private readonly ResiliencePipeline _once;
    private readonly string _base;
    private readonly Lock _poolGate = new();
    private ConnectionPool? _pool;
    private bool _isDisposed;

    internal ApiTransport(KubernetesConfig config, HttpKubernetesClientOptions options, TimeProvider time)
    {
        _config = config;
        _options = options;
        _time = time;
        _errors = new ApiErrors(config, time);
        _slots = new SemaphoreSlim(options.MaxConcurrentCalls, options.MaxConcurrentCalls);
        _base = config.Server.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/";
        _idempotent = BuildPipeline(MayRepeatIdempotent);
        _once = BuildPipeline(MayRepeatAny);
    }

    /// <summary>Sends a call and reads its answer with <paramref name="read"/>, both within the call's limit.</summary>
    internal async Task<TResult> SendAsync<TResult>(
        ApiCall call, Func<HttpResponseMessage, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await (call.IsIdempotent ? _idempotent : _once).ExecuteAsync(
                static async (state, token) => await state.Transport.AttemptAsync(state.call, state.read, token).ConfigureAwait(false),
                (Transport: this, call, read),
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Starts a watch: returns at the answer's headers. Not repeated here: what to do next is decided by who watches.</summary>
    internal async Task<ApiStream> OpenAsync(ApiCall call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.ListTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await SendOnceAsync(call, isWatch: true, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _errors.TimedOut(call, _options.ListTimeout, exception);
        }
        catch (Exception exception) when (Translate(call, exception) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>What an exception in the middle of a stream means; null when it goes its own way.</summary>
    internal KubernetesApiException? Translate(ApiCall call, Exception exception) => _errors.FromException(call, exception, HttpStatusCode.OK);

    internal KubernetesApiException TimedOut(ApiCall call, TimeSpan limit, Exception exception) => _errors.TimedOut(call, limit, exception);

    public void Dispose()
    {
        lock (_poolGate)
        {
            _isDisposed = true;
            _pool?.Dispose();
        }

        _slots.Dispose();
    }

    private async Task<TResult> AttemptAsync<TResult>(
        ApiCall call, Func<HttpResponseMessage, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        var timeout = call.IsList ? _options.ListTimeout : _options.CallTimeout;
        using var limit = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        HttpStatusCode? answered = null;
        try
        {
            using var stream = await SendOnceAsync(call, isWatch: false, both.Token).ConfigureAwait(false);
            answered = stream.Response.StatusCode;
            return await read(stream.Response, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw _errors.TimedOut(call, timeout, exception);
        }
        catch (Exception exception) when (_errors.FromException(call, exception, answered) is { } translated)
        {
            throw translated;
        }
    }

    /// <summary>One request; after a 401 a second one, when the credentials can be refreshed.</summary>
    private async Task<ApiStream> SendOnceAsync(ApiCall call, bool isWatch, CancellationToken cancellationToken)
    {
        for (var isRefreshed = false; ; isRefreshed = true)
        {
            var credential = await _config.Credentials.GetAsync(cancellationToken).ConfigureAwait(false);
            var pool = EnterPool(credential.Certificate);
            HttpResponseMessage? response = null;
            try
            {
                using var request = CreateRequest(call, credential);
                response = await (isWatch ? pool.Watches : pool.Calls).SendAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode)
                {
                    if (response.Content.Headers.ContentType?.MediaType is not "application/json") throw _errors.NotJson(call, response);
                    var stream = new ApiStream(response, pool);
                    (response, pool) = (null, null);
                    return stream;
                }

                var error = await _errors.FromResponseAsync(call, response, cancellationToken).ConfigureAwait(false);
                if (!error.IsUnauthorized || isRefreshed
                    || !await _config.Credentials.RefreshAsync(credential, cancellationToken).ConfigureAwait(false))
                {
                    throw error;
                }
            }
            finally
            {
                response?.Dispose();
                pool?.Exit();
            }
        }
    }

    private HttpRequestMessage CreateRequest(ApiCall call, Credential credential)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(_base + call.Path))
        {
            Version = _options.HttpVersion,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (credential.Authorization is { } authorization) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in _config.Impersonation?.Headers() ?? []) request.Headers.TryAddWithoutValidation(name, value);

        // The handler takes the name to ask for and to check (SNI) from here; the server itself does not look at it.
        if (_config.Trust.ServerName is { } serverName) request.Headers.Host = serverName;
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType);
        }

        return request;
    }

    /// <summary>The pool of the certificate, new when that has changed.</summary>
    private ConnectionPool EnterPool(ClientCertificate? certificate)
    {
        lock (_poolGate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(HttpKubernetesClient));
            if (_pool is null || !ReferenceEquals(_pool.Certificate, certificate))
            {
                _pool?.Retire();
                _pool = new ConnectionPool(_config, certificate, _options);
            }

            _pool.Enter();
            return _pool;
        }
    }

    private ResiliencePipeline BuildPipeline(Func<KubernetesApiException, bool> mayRepeat)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = _time };
        if (_options.MaxRetries == 0) return builder.Build();
        return builder.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = _options.MaxRetries,
            Delay = _options.RetryDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => new(arguments.Outcome.Exception is KubernetesApiException exception && mayRepeat(exception)
                && !(exception.RetryAfter > _options.MaxRetryAfter)),
            OnRetry = static arguments =>
            {
                // Of the span of the call, when it is traced: what the call as a whole does not show.
                Activity.Current?.AddEvent(new ActivityEvent(
                    "retry", tags: new ActivityTagsCollection { ["attempt"] = arguments.AttemptNumber + 1, ["error"] = arguments.Outcome.Exception?.Message }));
                return default;
            },
            DelayGenerator = static arguments => new((arguments.Outcome.Exception as KubernetesApiException)?.RetryAfter),
        }).Build();
    }

    /// <summary>Not sent at all, or turned away at the door (API priority and fairness answers 429 before it looks at a request).</summary>
    private static bool MayRepeatAny(KubernetesApiException exception) =>
        exception.WasNotSent || exception.StatusCode == HttpStatusCode.TooManyRequests;

    /// <summary>Also what may have been done: a lost connection, 503, 504. A time-out is not repeated: the caller has waited enough.</summary>
    private static bool MayRepeatIdempotent(KubernetesApiException exception) =>
        MayRepeatAny(exception)
        || exception.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
        || (exception is { StatusCode: null, IsConfigurationError: false } && exception.InnerException is not OperationCanceledException);
}
