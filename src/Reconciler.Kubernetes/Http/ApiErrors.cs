using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Config;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Http;

/// <summary>Turns what can go wrong with a call into one exception whose message says what was tried, where, why it failed, and what to do.</summary>
internal sealed class ApiErrors(KubernetesConfig config, TimeProvider time)
{
    private const int MaxBodyBytes = 256 * 1024;

    private readonly string _server = config.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>An answer other than 2xx.</summary>
    internal async Task<KubernetesApiException> FromResponseAsync(ApiCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await ReadBodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
        var status = ParseStatus(body);
        var code = (int)response.StatusCode;
        var said = status?.Message ?? Shorten(Encoding.UTF8.GetString(body).Trim());
        var message = $"Cannot {call.Description} at {_server}: {code} {status?.Reason ?? response.ReasonPhrase ?? response.StatusCode.ToString()}"
            + (said.Length == 0 ? "" : $": {said}") + Remedy(response.StatusCode, said);
        return new KubernetesApiException(message, response.StatusCode, status) { RetryAfter = RetryAfter(response, status) };
    }

    /// <summary>No answer, or one that can't be read. Null when the exception is none of those: then it goes its own way.</summary>
    internal KubernetesApiException? FromException(ApiCall call, Exception exception, HttpStatusCode? answered)
    {
        var where = $"Cannot {call.Description} at {_server} ({config.Source})";
        var refused = exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.ProxyTunnelError,
        };
        var reason = exception switch
        {
            KubernetesApiException => null,
            KubernetesConfigException wrong => wrong.Message,
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                $"the name \"{(config.Proxy ?? config.Server).Host}\" can't be resolved. Correct '{(config.Proxy is null ? "server" : "proxy-url")}'",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } =>
                $"{exception.Message.TrimEnd('.', '"')}. Does the proxy allow this server, and is its login in {(config.Proxy is null ? "HTTPS_PROXY" : "'proxy-url'")} (http://user:password@host:port)?",
            HttpRequestException when Inner<AuthenticationException>(exception) is { } tls => DescribeTls(tls),
            HttpRequestException when Inner<KubernetesConfigException>(exception) is { } inner => inner.Message,
            HttpRequestException when refused && Inner<SocketException>(exception) is { } socket => NotReached(Phrase(socket.Message)),
            HttpRequestException when refused => NotReached(Phrase(exception.Message)),
            JsonException json => $"the answer can't be read: {ObjectDecoder.Describe(json)}",
            EndOfStreamException or HttpRequestException or IOException => $"the connection was lost: {Phrase(exception.GetBaseException().Message)}",
            _ => null,
        };
        if (reason is null) return null;

        // An answer that is no JSON will be none the next time either; one that broke off may well be whole.
        var statusCode = exception is JsonException ? answered : null;
        return new KubernetesApiException($"{where}: {reason}", statusCode, null, exception)
        {
            WasNotSent = refused && Inner<AuthenticationException>(exception) is null,
            IsConfigurationError = Inner<AuthenticationException>(exception) is not null || Inner<KubernetesConfigException>(exception) is not null,
        };
    }

    internal KubernetesApiException TimedOut(ApiCall call, TimeSpan limit, Exception exception) =>
        new($"Cannot {call.Description} at {_server} ({config.Source}): no answer within {limit.TotalSeconds:0.###} s", null, null, exception);

    internal KubernetesApiException NotJson(ApiCall call, HttpResponseMessage response) => new(
        $"Cannot {call.Description} at {_server} ({config.Source}): the answer is {response.Content.Headers.ContentType?.MediaType ?? "of no type"}, not JSON. "
        + "Is 'server' the address of an API server, and not of a proxy's login page?", response.StatusCode);

    /// <summary>With a proxy, only that one is connected to: whether it reaches the server is for it to say.</summary>
    private string NotReached(string why) => config.Proxy is { } proxy
        ? $"{why}. Is the proxy {proxy.GetLeftPart(UriPartial.Authority)} running, and is 'proxy-url' right?"
        : $"{why}. Is the API server running, and is 'server' right?";

    private static string DescribeTls(AuthenticationException exception) =>
        exception.GetBaseException().Message is var message && (message.Contains("frame", StringComparison.OrdinalIgnoreCase)
            || message.Contains("wrong version number", StringComparison.OrdinalIgnoreCase))
            ? "the server does not speak TLS there. If it serves plain HTTP, write 'server' with http://"
            : Phrase(exception.InnerException is AuthenticationException inner ? inner.Message : exception.Message);

    private string Remedy(HttpStatusCode code, string said) => code switch
    {
        HttpStatusCode.Unauthorized => $". The server does not accept {config.Credentials.Description}. {config.Credentials.Remedy}",
        // By RBAC; what admission refuses is forbidden too, and says its own reason.
        HttpStatusCode.Forbidden when said.Contains(" is forbidden: User ", StringComparison.Ordinal) => ". Give that user the right: a role, and a binding to it.",
        HttpStatusCode.BadRequest when said.Contains("HTTP request to an HTTPS server", StringComparison.OrdinalIgnoreCase) => $" Write 'server' with https:// ({config.Source}).",
        HttpStatusCode.NotFound when said.Contains("could not find the requested resource", StringComparison.Ordinal) || said.StartsWith("404 page", StringComparison.Ordinal)
            => ". The server does not know this kind: install its CustomResourceDefinition.",
        _ => "",
    };

    private TimeSpan? RetryAfter(HttpResponseMessage response, KubernetesStatus? status)
    {
        var header = response.Headers.RetryAfter;
        if (header?.Delta is { } delta) return delta;
        if (header?.Date is { } date)
        {
            // By the clock of who wrote it: ours may be wrong by years.
            var now = response.Headers.Date ?? time.GetUtcNow();
            return date > now ? date - now : TimeSpan.Zero;
        }

        return status?.Details?.RetryAfterSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static KubernetesStatus? ParseStatus(byte[] body)
    {
        try
        {
            return body is [(byte)'{', ..] ? JsonSerializer.Deserialize(body, BuiltInJsonContext.Instance.KubernetesStatus) : null;
        }
        catch (JsonException)
        {
            // Something in between answered, not the API server: its text is shown as it is.
            return null;
        }
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var buffer = new byte[MaxBodyBytes];
        try
        {
            return buffer[..await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)];
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // The code alone says enough.
            return [];
        }
    }

    private static TException? Inner<TException>(Exception exception)
        where TException : Exception
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
            if (current is TException found) return found;
        return null;
    }

    private static string Phrase(string message) => message.TrimEnd('.');

    private static string Shorten(string text) => text.Length <= 500 ? text : $"{text[..500]}...";
}
