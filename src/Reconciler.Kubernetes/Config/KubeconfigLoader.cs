using System.Net;
using System.Text;

namespace Reconciler.Kubernetes.Config;

/// <summary>
/// Reads kubeconfig files as kubectl does: of several files the first to name a cluster, user, context or current-context wins; paths
/// are relative to their file.
/// </summary>
internal static class KubeconfigLoader
{
    internal static KubernetesConfig Load(IReadOnlyList<string> files, string? contextName, ConfigEnvironment environment, bool skipMissing)
    {
        var present = skipMissing ? files.Where(File.Exists).ToList() : files;
        if (present.Count == 0)
            throw new KubernetesConfigException($"KUBECONFIG names no file that exists: {string.Join(", ", files)}. Correct it, or unset it.");
        var roots = present.Select(KubeconfigNode.Read).ToList();
        var where = string.Join(", ", present);

        var chosen = contextName ?? roots.Select(root => root.Text("current-context")).FirstOrDefault(name => name is not null)
            ?? throw new KubernetesConfigException(
                $"{where}: no 'current-context' is set. Known contexts: {Known(roots, "contexts")}. Set it (kubectl config use-context NAME), or name a context.");
        var contextEntry = Find(roots, "contexts", chosen)
            ?? throw new KubernetesConfigException($"{where}: there is no context \"{chosen}\". Known contexts: {Known(roots, "contexts")}.");
        var context = contextEntry.Map("context") ?? throw contextEntry.Error("context", "is missing");

        var clusterName = context.Text("cluster") ?? throw context.Error("cluster", "is missing");
        var clusterEntry = Find(roots, "clusters", clusterName)
            ?? throw context.Error("cluster", $"is \"{clusterName}\", and no such cluster is defined. Known clusters: {Known(roots, "clusters")}");
        var cluster = clusterEntry.Map("cluster") ?? throw clusterEntry.Error("cluster", "is missing");

        KubeconfigNode? user = null;
        var userName = context.Text("user");
        if (userName is not null)
        {
            var userEntry = Find(roots, "users", userName)
                ?? throw context.Error("user", $"is \"{userName}\", and no such user is defined. Known users: {Known(roots, "users")}");
            user = userEntry.Map("user");
        }

        var credentials = user is null
            ? new StaticCredentialSource(Credential.Anonymous, "no user (anonymous)", $"Set 'user' of context \"{chosen}\" in {context.File}.")
            : Credentials(user, userName!, cluster, clusterName, environment);
        var proxy = Proxy(cluster);
        return new KubernetesConfig(
            Server(cluster), $"context \"{chosen}\" of {context.File}", Trust(cluster, clusterName, environment), credentials)
        {
            Namespace = context.Text("namespace"),
            Proxy = proxy is null ? null : new Uri(proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped)),
            ProxyLogin = proxy is { UserInfo.Length: > 0 } ? Login(proxy.UserInfo) : null,
            Impersonation = user is null ? null : ImpersonationOf(user),
        };
    }

    private static KubeconfigNode? Find(IEnumerable<KubeconfigNode> roots, string list, string name) =>
        roots.SelectMany(root => root.Maps(list)).FirstOrDefault(entry => entry.Text("name") == name);

    private static string Known(IEnumerable<KubeconfigNode> roots, string list)
    {
        var names = roots.SelectMany(root => root.Maps(list)).Select(entry => entry.Text("name")).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }

    private static Uri Server(KubeconfigNode cluster)
    {
        var text = cluster.Text("server") ?? throw cluster.Error("server", "is missing; expected: https://host:port");
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
            ? uri
            : throw cluster.Error("server", $"is \"{text}\"; expected: https://host:port");
    }

    private static Uri? Proxy(KubeconfigNode cluster)
    {
        if (cluster.Text("proxy-url") is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "socks5"
            ? uri
            : throw cluster.Error("proxy-url", $"is \"{text}\"; expected: http://host:port, https:// or socks5://");
    }

    private static NetworkCredential Login(string userInfo)
    {
        var parts = userInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length == 1 ? "" : Uri.UnescapeDataString(parts[1]));
    }

    private static ServerTrust Trust(KubeconfigNode cluster, string name, ConfigEnvironment environment)
    {
        var hasData = cluster.Text("certificate-authority-data") is not null;
        var file = hasData ? null : cluster.FilePath("certificate-authority");
        var trust = new ServerTrust(environment.Time)
        {
            Skip = cluster.Flag("insecure-skip-tls-verify"),
            ServerName = cluster.Text("tls-server-name"),
            AuthorityPem = hasData ? cluster.DataOrFile("certificate-authority") : null,
            AuthorityFile = file,
            AuthoritySource = hasData ? $"'certificate-authority-data' of cluster \"{name}\" in {cluster.File}"
                : file is not null ? $"{file} ('certificate-authority' of cluster \"{name}\" in {cluster.File})"
                : "the system's certificate authorities",
        };
        trust.Check();
        return trust;
    }

    private static CredentialSource Credentials(
        KubeconfigNode user, string name, KubeconfigNode cluster, string clusterName, ConfigEnvironment environment)
    {
        var owner = $"user \"{name}\" in {user.File}";
        if (user.DataOrFile("client-certificate") is null)
        {
            return Bearer(user, owner, cluster, environment)
                ?? Static(null, $"no credentials ({owner} has none)", "Set 'token', 'client-certificate' or 'exec'.");
        }

        var certificate = new ClientCertificateFile(
            () => (
                user.DataOrFile("client-certificate")!,
                user.DataOrFile("client-key") ?? throw user.Error("client-key", "is missing beside 'client-certificate'")),
            $"client certificate of {owner}",
            environment.Time);
        return new CertifiedCredentialSource(
            Bearer(user, owner, cluster, environment)
                ?? Static(null, $"the client certificate of {owner}", $"It is not signed by the authority of cluster \"{clusterName}\", or revoked: get a new one."),
            certificate);
    }

    /// <summary>What goes into the Authorization header; null when the user has nothing of the kind.</summary>
    private static CredentialSource? Bearer(KubeconfigNode user, string owner, KubeconfigNode cluster, ConfigEnvironment environment)
    {
        // The order is client-go's: a token file wins over a token (it may be rotated), both over exec.
        if (user.FilePath("tokenFile") is { } tokenFile)
            return new TokenFileCredentialSource(tokenFile, $"{tokenFile} ('tokenFile' of {owner})", environment.Time);
        if (user.Text("token") is { } token)
            return Static($"Bearer {token}", $"the token of {owner}", "It is expired or wrong: get a new token.");
        if (user.Text("username") is { } login)
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login}:{user.Text("password")}"));
            return Static($"Basic {basic}", $"the user name and password of {owner}", "API servers since 1.19 take no passwords: use a token or a certificate.");
        }

        if (user.Map("exec") is { } exec) return ExecCredentialSource.Create(exec, owner, cluster, environment);
        if (user.Json("auth-provider") is not null)
            throw user.Error("auth-provider", "is not supported, nor by kubectl since 1.26; use 'exec' with the provider's credential plugin");
        return null;
    }

    private static StaticCredentialSource Static(string? authorization, string description, string remedy) =>
        new(new Credential { Authorization = authorization }, description, remedy);

    private static Impersonation? ImpersonationOf(KubeconfigNode user)
    {
        if (user.Text("as") is not { } name)
        {
            return user.Text("as-uid") is null && user.Json("as-groups") is null && user.Json("as-user-extra") is null
                ? null
                : throw user.Error("as", "is missing beside 'as-uid', 'as-groups' or 'as-user-extra'");
        }

        var extra = user.Map("as-user-extra");
        return new Impersonation
        {
            User = name,
            Uid = user.Text("as-uid"),
            Groups = user.Texts("as-groups"),
            Extra = extra?.Fields.SelectMany(key => extra.Texts(key).Select(value => KeyValuePair.Create(key, value))).ToList() ?? [],
        };
    }
}
