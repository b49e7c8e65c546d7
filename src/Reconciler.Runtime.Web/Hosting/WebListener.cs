using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Reconciler.Runtime.Web.Hosting;

/// <summary>One Kestrel on one address, with one handler for everything.</summary>
internal sealed class WebListener : IAsyncDisposable
{
    private readonly WebApplication _application;

    private WebListener(WebApplication application, IPEndPoint listening)
    {
        _application = application;
        Listening = listening;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Listening { get; }

    /// <param name="endpoint">Port 0 takes a free one.</param>
    /// <param name="configure">TLS, limits.</param>
    /// <param name="answer">Answers each request.</param>
    /// <param name="loggers">Of the outer host.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    public static async Task<WebListener> StartAsync(
        IPEndPoint endpoint, Action<KestrelServerOptions, ListenOptions> configure, RequestDelegate answer, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // Empty: no settings files that are watched, no second logging; nothing of the outer host is there twice.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endpoint, listen => configure(kestrel, listen));
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var application = builder.Build();
        application.Run(answer);
        await application.StartAsync(cancellationToken);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new WebListener(application, new IPEndPoint(endpoint.Address, BindingAddress.Parse(address).Port));
    }

    /// <summary>Takes nothing new and lets what is in progress end, in the time that the token gives.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    /// <summary>Signals end the outer host, which ends this one.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
