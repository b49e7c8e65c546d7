using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Hosting;
using Reconciler.Runtime.Web.Hosting;
using Reconciler.Runtime.Web.Metrics;

namespace Reconciler.Runtime.Web.Endpoints;

/// <summary>/healthz, /readyz and /metrics: up before everything else and down after it.</summary>
/// <remarks>
/// /healthz is 503 when a loop hangs (a restart may help); /readyz is 503 when something is not ready (a restart won't). Both name what
/// and why, one line each.
/// </remarks>
public sealed class OperatorEndpoints(EndpointSettings settings, OperatorHealth health, PrometheusExporter metrics, ILoggerFactory loggers)
    : IOperatorPart, IAsyncDisposable
{
    private WebListener? _listener;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Probes;

    /// <summary>Where it listens, once it is started.</summary>
    public IPEndPoint? Listening { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = await WebListener.StartAsync(new IPEndPoint(settings.Address, settings.Port), (_, _) => { }, AnswerAsync, loggers, cancellationToken);
        Listening = _listener.Listening;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_listener is { } listener)
        {
            _listener = null;
            await listener.StopAsync(cancellationToken);
            await listener.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private static Task TellAsync(HttpContext context, IReadOnlyList<HealthProblem> problems)
    {
        context.Response.StatusCode = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var text = new StringBuilder();
        foreach (var (name, reason) in problems)
        {
            text.Append(name).Append(": ").Append(reason).Append('\n');
        }

        return context.Response.WriteAsync(problems.Count == 0 ? "ok\n" : text.ToString(), context.RequestAborted);
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        }

        switch (context.Request.Path.Value)
        {
            case "/healthz":
                return TellAsync(context, health.Unhealthy());
            case "/readyz":
                return TellAsync(context, health.NotReady());
            case "/metrics":
                context.Response.ContentType = PrometheusExporter.ContentType;
                return context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }
}
