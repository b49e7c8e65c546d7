using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Health;
using Reconciler.Runtime.Hosting;
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
    private WebApplication? _application;

    /// <inheritdoc/>
    public OperatorPartOrder Order => OperatorPartOrder.Probes;

    /// <summary>Where it listens, once it is started.</summary>
    public IPEndPoint? Listening { get; private set; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Empty: no settings files that are watched, no second logging; nothing of the outer host is there twice.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(settings.Address, settings.Port);
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var application = builder.Build();
        application.Run(AnswerAsync);
        await application.StartAsync(cancellationToken);
        _application = application;
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Listening = new IPEndPoint(settings.Address, BindingAddress.Parse(address).Port);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_application is { } application)
        {
            _application = null;
            await application.StopAsync(cancellationToken);
            await application.DisposeAsync();
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

    /// <summary>Signals end the outer host, which ends this one last.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
