using Reconciler.Kubernetes.Config;
using Reconciler.Testing.ScriptedServer;

namespace Reconciler.Kubernetes.Tests.Config;

/// <summary>Each way to get a kubeconfig wrong, and what the user is told.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file_is_named() =>
        LoadError(Path.Combine(_folder.Path, "none")).ShouldBe($"There is no kubeconfig file {_folder.Path}/none. Name an existing one, or unset KUBECONFIG.");

    [Fact]
    public void A_folder_is_no_file() => LoadError(_folder.Path).ShouldStartWith($"Cannot read the kubeconfig file {_folder.Path}: ");

    [Theory]
    [InlineData("apiVersion: v1\nclusters:\n\t- name: x\n", "line 3, column 1: a tab is used as indentation; use spaces. A kubeconfig is YAML.")]
    [InlineData("- a\n- b\n", "line 1, column 1: a kubeconfig is a map")]
    [InlineData("a: 1\n---\nb: 1\n", "line 3, column 1: a second document begins here")]
    public void Bad_yaml_is_named_with_its_line(string text, string expected)
    {
        var file = _folder.Write("bad", text);
        LoadError(file).ShouldStartWith($"{file}, {expected}");
    }

    [Fact]
    public void An_empty_file_is_said_to_be_empty()
    {
        var file = _folder.Write("empty", "# nothing\n");
        LoadError(file).ShouldBe($"The kubeconfig file {file} is empty.");
    }

    [Fact]
    public void Without_a_current_context_the_known_ones_are_listed()
    {
        var file = Write(text => text.Replace("current-context: dev\n", "", StringComparison.Ordinal));
        LoadError(file).ShouldBe($"{file}: no 'current-context' is set. Known contexts: dev. Set it (kubectl config use-context NAME), or name a context.");
    }

    [Fact]
    public void An_unknown_context_cluster_or_user_is_named_with_the_known_ones()
    {
        var file = Write(text => text);
        LoadError(file, "prod").ShouldBe($"{file}: there is no context \"prod\". Known contexts: dev.");
        file = Write(text => text.Replace("cluster: lab,", "cluster: test,", StringComparison.Ordinal));
        LoadError(file).ShouldBe($"{file}, line 6, column 22: contexts[0].context.cluster is \"test\", and no such cluster is defined. Known clusters: lab.");
        file = Write(text => text.Replace("user: me,", "user: you,", StringComparison.Ordinal));
        LoadError(file).ShouldBe($"{file}, line 6, column 33: contexts[0].context.user is \"you\", and no such user is defined. Known users: me.");
    }

    [Theory]
    [InlineData("{}", "server is missing; expected: https://host:port.")]
    [InlineData("server: localhost:6443", "server is \"localhost:6443\"; expected: https://host:port.")]
    [InlineData("server: [a]", "server is a list; expected: a text (in quotes, if it looks like something else).")]
    [InlineData("server: https://x\ninsecure-skip-tls-verify: \"yes\"", "insecure-skip-tls-verify is the text \"yes\"; expected: true or false.")]
    [InlineData("server: https://x\nproxy-url: nonsense", "proxy-url is \"nonsense\"; expected: http://host:port, https:// or socks5://.")]
    [InlineData("server: https://x\ncertificate-authority-data: '***'", "certificate-authority-data is not base64.")]
    public void A_wrong_field_of_a_cluster_is_named_with_its_place(string cluster, string expected)
    {
        var file = _folder.Write("config", Kubeconfigs.Text(cluster, "token: t"));
        LoadError(file).ShouldMatch($"^{System.Text.RegularExpressions.Regex.Escape(file)}, line (9|10|11), column [0-9]+: clusters\\[0\\]\\.cluster\\.{System.Text.RegularExpressions.Regex.Escape(expected)}$");
    }

    [Theory]
    [InlineData("token: 12345", "token is a number; expected: a text (in quotes, if it looks like something else)")]
    [InlineData("client-certificate: none.crt", "client-certificate names ")]
    [InlineData("auth-provider: {name: gcp}", "auth-provider is not supported, nor by kubectl since 1.26; use 'exec'")]
    [InlineData("as-groups: [a]", "as is missing beside 'as-uid', 'as-groups' or 'as-user-extra'")]
    [InlineData("exec: {command: x}", "apiVersion is missing; expected: client.authentication.k8s.io/v1")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", "apiVersion is \"client.authentication.k8s.io/v1alpha1\"; expected:")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1}", "command is missing")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: [1]}", "args holds a number at index 0; expected: a text (in quotes)")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "interactiveMode is \"Always\", and there is no terminal here")]
    public void A_wrong_field_of_a_user_is_named_with_its_place(string user, string expected)
    {
        var file = _folder.Write("config", Kubeconfigs.Text("server: https://x", user));
        var message = LoadError(file);
        message.ShouldStartWith($"{file}, line 14, column ");
        message.ShouldContain(expected);
        message.ShouldContain("users[0].user.");
    }

    [Fact]
    public void An_authority_that_is_none_is_named()
    {
        var file = _folder.Write("config", Kubeconfigs.Text($"server: https://x\ncertificate-authority-data: {Kubeconfigs.Data("hello")}", "token: t"));
        LoadError(file).ShouldBe($"Cannot use 'certificate-authority-data' of cluster \"lab\" in {file}: it holds no PEM certificate (-----BEGIN CERTIFICATE-----). Expected: PEM certificates of the cluster's authority.");

        file = _folder.Write("config", Kubeconfigs.Text("server: https://x\ncertificate-authority: pki/ca.crt", "token: t"));
        LoadError(file).ShouldStartWith($"Cannot use {_folder.Path}/pki/ca.crt ('certificate-authority' of cluster \"lab\" in {file}): ");
    }

    [Fact]
    public void A_client_certificate_without_its_key_or_with_another_one_is_refused()
    {
        using var authority = new TestAuthority();
        var (certificate, _) = authority.IssueClient("me");
        var (_, otherKey) = authority.IssueClient("you");

        LoadError(Write($"client-certificate-data: {Kubeconfigs.Data(certificate)}")).ShouldEndWith("users[0].user.client-key is missing beside 'client-certificate'.");
        var file = Write($"client-certificate-data: {Kubeconfigs.Data(certificate)}\nclient-key-data: {Kubeconfigs.Data(otherKey)}");
        LoadError(file).ShouldStartWith($"The client certificate of user \"me\" in {file} can't be used: ");
        file = Write($"client-certificate-data: {Kubeconfigs.Data("x")}\nclient-key-data: {Kubeconfigs.Data("y")}");
        LoadError(file).ShouldEndWith("Expected: a PEM certificate and its own PEM key (RSA or EC).");
    }

    [Fact]
    public void An_expired_client_certificate_is_said_to_be_expired_and_since_when()
    {
        using var authority = new TestAuthority();
        var (certificate, key) = authority.IssueClient("me", notAfter: new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var file = Write($"client-certificate-data: {Kubeconfigs.Data(certificate)}\nclient-key-data: {Kubeconfigs.Data(key)}");
        var time = new Reconciler.Testing.VirtualTime(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));

        Should.Throw<KubernetesConfigException>(() => KubernetesConfig.Load(file, null, Kubeconfigs.Environment(_folder, time: time))).Message.ShouldBe(
            $"The client certificate of user \"me\" in {file} expired at 2026-01-02T03:04:05Z (it is 2026-02-01T00:00:00Z here). Get a new one, or correct the clock.");
    }

    [Fact]
    public void Semantics_42_of_several_files_the_first_to_name_something_wins_and_paths_are_relative_to_their_file()
    {
        using var authority = new TestAuthority();
        _folder.Write("b/pki/ca.crt", authority.Pem);
        var first = _folder.Write("a/config", "contexts:\n- name: dev\n  context: {cluster: lab, user: me, namespace: first}\n");
        var second = _folder.Write("b/config", Kubeconfigs.Text("server: https://second:6443\ncertificate-authority: pki/ca.crt", "token: t")
            .Replace("namespace: games", "namespace: second", StringComparison.Ordinal));
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBECONFIG"] = $"{_folder.Path}/none:{first}::{second}" };

        var config = KubernetesConfig.Load(null, null, Kubeconfigs.Environment(_folder, variables));

        config.Server.ShouldBe(new Uri("https://second:6443"));
        config.Namespace.ShouldBe("first");
        config.Source.ShouldBe($"context \"dev\" of {first}");
        config.Trust.AuthorityFile.ShouldBe($"{_folder.Path}/b/pki/ca.crt");
    }

    [Fact]
    public void KUBECONFIG_without_any_existing_file_is_an_error() =>
        Should.Throw<KubernetesConfigException>(() => KubernetesConfig.Load(null, null, Kubeconfigs.Environment(
            _folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBECONFIG"] = "/no/one:/no/two" })))
            .Message.ShouldBe("KUBECONFIG names no file that exists: /no/one, /no/two. Correct it, or unset it.");

    [Fact]
    public void Semantics_42_The_order_is_named_file_then_KUBECONFIG_then_home_then_pod()
    {
        using var authority = new TestAuthority();
        var named = _folder.Write("named", Kubeconfigs.Text("server: https://named", "token: t"));
        var variable = _folder.Write("variable", Kubeconfigs.Text("server: https://variable", "token: t"));
        var home = _folder.Write("home/.kube/config", Kubeconfigs.Text("server: https://home", "token: t"));
        WriteServiceAccount(authority);
        var both = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["KUBECONFIG"] = variable,
            ["KUBERNETES_SERVICE_HOST"] = "fd00::1",
            ["KUBERNETES_SERVICE_PORT"] = "443",
        };

        string Server(string? path) => KubernetesConfig.Load(path, null, Kubeconfigs.Environment(_folder, both)).Server.AbsoluteUri;

        Server(named).ShouldBe("https://named/");
        Server(null).ShouldBe("https://variable/");
        both.Remove("KUBECONFIG");
        Server(null).ShouldBe("https://home/");
        File.Delete(home);
        Server(null).ShouldBe("https://[fd00::1]/");
        both.Remove("KUBERNETES_SERVICE_HOST");
        Should.Throw<KubernetesConfigException>(() => Server(null)).Message.ShouldBe(
            $"No way to an API server is configured: KUBECONFIG is not set, there is no {home}, and this is no pod (KUBERNETES_SERVICE_HOST is not set). Name a kubeconfig file.");
    }

    [Fact]
    public void Semantics_44_A_pod_gives_namespace_token_and_authority_or_says_which_is_missing()
    {
        using var authority = new TestAuthority();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["KUBERNETES_SERVICE_HOST"] = "10.0.0.1", ["KUBERNETES_SERVICE_PORT"] = "https" };
        var environment = Kubeconfigs.Environment(_folder, variables);

        Should.Throw<KubernetesConfigException>(() => InClusterConfig.Load(environment)).Message.ShouldBe("KUBERNETES_SERVICE_PORT is \"https\"; expected: the API server's port.");
        variables["KUBERNETES_SERVICE_PORT"] = "6443";
        Should.Throw<KubernetesConfigException>(() => InClusterConfig.Load(environment)).Message.ShouldContain("automountServiceAccountToken");
        WriteServiceAccount(authority);
        var config = InClusterConfig.Load(environment);
        config.Server.ShouldBe(new Uri("https://10.0.0.1:6443"));
        config.Namespace.ShouldBe("xen");
    }

    private void WriteServiceAccount(TestAuthority authority)
    {
        _folder.Write("serviceaccount/token", "one\n");
        _folder.Write("serviceaccount/ca.crt", authority.Pem);
        _folder.Write("serviceaccount/namespace", "xen\n");
    }

    private string Write(string user) => _folder.Write("config", Kubeconfigs.Text("server: https://x", user));

    private string Write(Func<string, string> change) => _folder.Write("config", change(Kubeconfigs.Text("server: https://x", "token: t")));

    private string LoadError(string path, string? context = null) =>
        Should.Throw<KubernetesConfigException>(() => KubernetesConfig.Load(path, context, Kubeconfigs.Environment(_folder))).Message;
}
