using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Shouldly;
using Xunit;

namespace Reconciler.Testing.Contract;

public abstract partial class KubernetesClientContract
{
    [Theory]
    [InlineData("app=web", "a,b")]
    [InlineData("app==web,tier=1", "a")]
    [InlineData("app!=web", "c,d")]
    [InlineData("app in (web, db)", "a,b,c")]
    [InlineData("app notin (web),app", "c")]
    [InlineData("tier", "a,b")]
    [InlineData("!app", "d")]
    [InlineData(null, "a,b,c,d")]
    public async Task A_label_selector_chooses(string? selector, string names)
    {
        await CreateAsync("a", metadata: new ObjectMeta { Labels = Labels(("app", "web"), ("tier", "1")) });
        await CreateAsync("b", metadata: new ObjectMeta { Labels = Labels(("app", "web"), ("tier", "2")) });
        await CreateAsync("c", metadata: new ObjectMeta { Labels = Labels(("app", "db")) });
        await CreateAsync("d");

        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace, LabelSelector = selector }, Cancel);

        list.Items.Select(i => i.Metadata.Name).ShouldBe(names.Split(','));
        list.Continue.ShouldBeNull();
        list.ResourceVersion.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_field_selector_chooses_by_name()
    {
        await CreateAsync("a");
        await CreateAsync("b");

        var list = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace, FieldSelector = "metadata.name=b" }, Cancel);

        list.Items.ShouldHaveSingleItem().Metadata.Name.ShouldBe("b");
    }

    [Fact]
    public async Task A_selector_that_is_none_is_a_bad_request() =>
        (await RefusedAsync(() => Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace, LabelSelector = "a in b" }, Cancel))).StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);

    [Fact]
    public async Task Semantics_01_Pages_together_are_one_snapshot()
    {
        foreach (var name in new[] { "a", "b", "c", "d", "e" }) await CreateAsync(name);

        var first = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace, Limit = 2 }, Cancel);
        await CreateAsync("bb");
        await DeleteAsync("d");
        var names = first.Items.Select(i => i.Metadata.Name).ToList();
        var page = first;
        while (page.Continue is { } token)
        {
            page = await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace, Limit = 2, Continue = token }, Cancel);
            page.ResourceVersion.ShouldBe(first.ResourceVersion);
            names.AddRange(page.Items.Select(i => i.Metadata.Name));
        }

        names.ShouldBe(["a", "b", "c", "d", "e"]);
    }

    [Fact]
    public async Task List_items_carry_kind_and_version()
    {
        await CreateAsync("a");

        var item = (await Client.ListAsync<Widget>(new ListOptions { Namespace = Namespace }, Cancel)).Items.ShouldHaveSingleItem();

        item.Kind.ShouldBe("Widget");
        item.ApiVersion.ShouldBe("contract.reconciler.dev/v1");
    }
}
