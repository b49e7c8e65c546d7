using System.Collections.Frozen;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Web.Certificates;
using Reconciler.Runtime.Web.Hosting;

namespace Reconciler.Runtime.Web.Admission;

/// <summary>Serves the webhooks: takes AdmissionReviews (admission.k8s.io/v1) over TLS and answers them.</summary>
/// <remarks>
/// A review that makes no sense is 400 and says why; to the API server that is a failed webhook, and failurePolicy decides. It listens
/// before there is a certificate: connections fail then, and /readyz says so.
/// </remarks>
internal sealed class AdmissionServer(
    IEnumerable<IAdmissionWebhook> webhooks, AdmissionOptions options, ServingCertificates certificates, RuntimeServices services) : IOperatorPart, IAsyncDisposable
{
    private readonly FrozenDictionary<string, IAdmissionWebhook> _webhooks = webhooks.ToFrozenDictionary(w => w.Path, StringComparer.Ordinal);
    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Admission");
    private WebListener? _listener;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Webhooks;

    /// <summary>Where it listens, once it is started.</summary>
    public IPEndPoint? Listening { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = await WebListener.StartAsync(
            new IPEndPoint(options.Address, options.Port), Configure, AnswerAsync, services.LoggerFactory, cancellationToken);
        Listening = _listener.Listening;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is not { } listener) return;
        _listener = null;
        await listener.StopAsync(cancellationToken);
        await listener.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private void Configure(KestrelServerOptions kestrel, ListenOptions listen)
    {
        kestrel.Limits.MaxRequestBodySize = options.MaximumBodyBytes;
        // Asked for each new connection: a new certificate needs no restart, and connections that are open go on.
        listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificates.Current);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (!_webhooks.TryGetValue(path, out var webhook))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        var started = services.Time.GetTimestamp();
        await ReviewAsync(context, webhook);
        services.Metrics.Reviewed(path, context.Response.StatusCode, services.Time.GetElapsedTime(started));
    }

    private async Task ReviewAsync(HttpContext context, IAdmissionWebhook webhook)
    {
        try
        {
            var request = await ReadAsync(context.Request, context.RequestAborted);
            var response = await webhook.ReviewAsync(request, context.RequestAborted);
            context.Response.ContentType = "application/json";
            var review = new AdmissionReview { ApiVersion = AdmissionReview.V1, Kind = nameof(AdmissionReview), Response = response };
            await JsonSerializer.SerializeAsync(context.Response.Body, review, AdmissionJsonContext.Instance.AdmissionReview, context.RequestAborted);
        }
        catch (MalformedReviewException e)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException e)
        {
            // Too large, too slow, or cut off: Kestrel knows the code.
            await RefuseAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The API server does not wait any more.
        }
    }

    private static async Task<AdmissionRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType()) throw new MalformedReviewException($"the content type is \"{request.ContentType}\", and JSON is read");
        AdmissionReview? review;
        try
        {
            review = await JsonSerializer.DeserializeAsync(request.Body, AdmissionJsonContext.Instance.AdmissionReview, cancellationToken);
        }
        catch (JsonException e)
        {
            throw new MalformedReviewException($"the body is no AdmissionReview: {e.Message}");
        }

        if (review is not { ApiVersion: AdmissionReview.V1, Kind: nameof(AdmissionReview) })
            throw new MalformedReviewException($"the body is \"{review?.ApiVersion} {review?.Kind}\", and {AdmissionReview.V1} {nameof(AdmissionReview)} is read");
        return review.Request ?? throw new MalformedReviewException("request is missing");
    }

    private async Task RefuseAsync(HttpContext context, int code, string reason)
    {
        AdmissionLog.Malformed(_logger, context.Request.Path.Value ?? "", reason);
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }
}
