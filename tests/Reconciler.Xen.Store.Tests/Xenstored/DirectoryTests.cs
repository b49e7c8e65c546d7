namespace Reconciler.Xen.Store.Tests.Xenstored;

/// <summary>Children lists above the 4096 bytes of one payload: DIRECTORY_PART.</summary>
[Trait("Category", "Lab")]
public sealed class DirectoryTests(RealXenstored xenstored) : IClassFixture<RealXenstored>
{
    private readonly string _root = xenstored.Root();

    [Fact]
    public async Task Thousands_of_children_are_listed_each_once()
    {
        await using var client = await xenstored.ConnectAsync();
        var names = await FillAsync(client, 3000);

        var listed = await client.ListAsync(_root);
        listed.Order(StringComparer.Ordinal).ShouldBe(names.Order(StringComparer.Ordinal));
        (await client.TransactAsync((store, cancellation) => store.ListAsync(_root, cancellation))).Length.ShouldBe(names.Count);
    }

    [Fact]
    public async Task Names_of_any_length_fall_into_slices_without_loss()
    {
        await using var client = await xenstored.ConnectAsync();
        var random = new Random(7);
        var names = Enumerable.Range(0, 300).Select(i => $"{i}-{new string('n', random.Next(200))}").ToList();
        await Task.WhenAll(names.Select(name => client.WriteAsync($"{_root}/{name}", "").AsTask()));

        (await client.ListAsync(_root)).Order(StringComparer.Ordinal).ShouldBe(names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_list_that_changes_all_the_time_is_still_a_list_of_one_moment()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var writer = await xenstored.ConnectAsync();
        var names = await FillAsync(client, 1500);
        for (var round = 0; round < 30; round++)
        {
            // One child goes while the other comes: a list that mixed two moments could show both or none.
            var (old, young) = ($"{_root}/moving-{round}", $"{_root}/moving-{round + 1}");
            var moving = writer.TransactAsync(async (store, cancellation) =>
            {
                await store.RemoveAsync(old, cancellation);
                await store.WriteAsync(young, "", cancellation);
            }).AsTask();
            var listed = await client.ListAsync(_root);
            await moving;

            listed.ShouldBeUnique();
            names.Except(listed, StringComparer.Ordinal).ShouldBeEmpty();
            if (round > 0) listed.Count(name => name.StartsWith("moving", StringComparison.Ordinal)).ShouldBe(1);
        }
    }

    private async Task<List<string>> FillAsync(XenstoreClient client, int count)
    {
        var names = Enumerable.Range(0, count).Select(i => $"child-{i}").ToList();
        await Task.WhenAll(names.Select(name => client.WriteAsync($"{_root}/{name}", "").AsTask()));
        return names;
    }
}
